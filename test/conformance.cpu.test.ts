import { describeInNode } from "./engines/node";

describeInNode(["cpu"]);
