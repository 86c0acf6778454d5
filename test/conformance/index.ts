import { axisCases } from "./axis";
import { badInputCases } from "./bad-input";
import { binaryCrossEntropyCases } from "./binary-cross-entropy";
import { calibrationCases } from "./calibration";
import { closenessCases } from "./closeness";
import { colinCases } from "./colin27";
import { compareCases } from "./compare";
import { contributionCases } from "./contributions";
import { type ConformanceCase, sameOnAnyPlan, throughWindows, withoutSubgroups } from "./context";
import { deviceCases, faultCases } from "./device";
import { densityCases } from "./densities";
import { dtypeCases } from "./dtypes";
import { emptyRowCases } from "./empty-rows";
import { estimateCases } from "./estimates";
import { exactCases } from "./exact";
import { ownMeasureCases } from "./own-measures";
import { ownExactCases } from "./exact-cases";
import { exactRandomCases } from "./exact-random";
import { generalizedJensenShannonCases } from "./generalized-jensen-shannon";
import { gradientCases } from "./gradients";
import { fitCases } from "./fit";
import { hardCases } from "./hard-cases";
import { histogramCases } from "./histograms";
import { intervalCases } from "./intervals";
import { jointCases } from "./joint";
import { logitCases } from "./logits";
import { lossCases } from "./losses";
import { orderCases } from "./orders";
import { pairwiseCases } from "./pairwise";
import { partCases } from "./parts";
import { pointwiseCases } from "./pointwise";
import { propertyCases } from "./properties";
import { publishedCases } from "./published";
import { quadratureCases } from "./quadrature";
import { raggedCases } from "./ragged";
import { randomCases } from "./random-pairs";
import { termCases } from "./terms";
import { threadCases } from "./threads";
import { tutorialCases } from "./tutorials";
import { zeroCases } from "./zeros";

export type { ConformanceCase, ConformanceContext } from "./context";

/** One body of cases for every backend and every engine. */
export const cases: readonly ConformanceCase[] = [
  ...hardCases,
  ...withoutSubgroups([...exactCases, ...ownExactCases]),
  ...sameOnAnyPlan([...exactRandomCases, ...partCases, ...publishedCases, ...tutorialCases, ...termCases, ...orderCases, ...raggedCases, ...binaryCrossEntropyCases, ...generalizedJensenShannonCases, ...zeroCases, ...ownMeasureCases, ...emptyRowCases, ...randomCases, ...propertyCases]),
  ...closenessCases,
  ...throughWindows([...axisCases, ...sameOnAnyPlan([...dtypeCases, ...pointwiseCases, ...contributionCases, ...gradientCases]), ...deviceCases, ...badInputCases]),
  ...sameOnAnyPlan(faultCases),
  ...compareCases,
  ...sameOnAnyPlan([...quadratureCases, ...jointCases, ...lossCases, ...logitCases]),
  ...withoutSubgroups(pairwiseCases),
  ...sameOnAnyPlan([...densityCases, ...fitCases, ...histogramCases, ...estimateCases, ...intervalCases, ...calibrationCases]),
  ...colinCases,
  ...threadCases,
];
