import { describeInNode } from "./engines/node";
import { WINDOWS } from "./engines/run";

describeInNode([WINDOWS]);
