import { describeInNode } from "./engines/node";

describeInNode(["webgpu"]);
