import { describeInNode } from "./engines/node";
import { SHARED, SUBGROUPS } from "./engines/run";

describeInNode([SHARED, SUBGROUPS]);
