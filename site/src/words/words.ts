export interface Definition {
  readonly name: string;
  readonly formula?: string;
  readonly means: string;
  readonly source?: string;
}

const COVER = "Cover & Thomas, Elements of Information Theory, 2nd ed.";

/** The field's words as these pages use them. */
export const WORDS = {
  surprise: { name: "surprise of an outcome", formula: "−log p", means: "How unexpected an outcome is to someone who gives it the probability p: 0 where it is certain, one bit for the side of a fair coin, infinite where it was ruled out.", source: `${COVER}, §2.1` },
  entropy: { name: "entropy", formula: "H(P) = −Σ p·log p", means: "The surprise of P's outcomes on average, and the length of the best code for them. Of a density it is an integral, depends on the unit of x, and may be negative.", source: `${COVER}, §2.1 and §8.1` },
  "cross-entropy": { name: "cross entropy", formula: "H(P, Q) = −Σ p·log q", means: "The surprise, on average, of someone who believes Q while P is the truth. It is H(P) + D(P ‖ Q), so with P given the least cross entropy is the least divergence.", source: `${COVER}, §5.4` },
  "kl-divergence": { name: "Kullback-Leibler divergence", formula: "D(P ‖ Q) = Σ p·log(p/q)", means: "What believing Q costs where P is the truth: the extra surprise, or length of code, on average. Never negative, 0 only for P = Q, and not symmetric: forward, D(P ‖ Q), is infinite where Q rules out what P does; reverse is D(Q ‖ P).", source: "Kullback & Leibler, On Information and Sufficiency, Ann. Math. Statist. 22 (1951)" },
  contribution: { name: "contribution of a place", formula: "p·log(p/q)", means: "What one cell adds to D(P ‖ Q): above 0 where P is larger than Q, below 0 where it is smaller. In its non-negative form, p·log(p/q) − p + q, no cell takes anything off; both add up to the same." },
  "jensen-shannon": { name: "Jensen-Shannon divergence", formula: "½·D(P ‖ M) + ½·D(Q ‖ M), M = ½(P + Q)", means: "How far both are from their mean. Symmetric, and never above one bit (ln 2 nats), whatever is ruled out.", source: "Lin, IEEE Trans. Inf. Theory 37 (1991)" },
  hellinger: { name: "Hellinger distance", formula: "√(½·Σ (√p − √q)²)", means: "A distance between 0 and 1; 1 where P and Q share nothing." },
  "total-variation": { name: "total variation", formula: "½·Σ |p − q|", means: "The largest difference between what P and Q say of any event: between 0 and 1." },
  units: { name: "nats, bits, dits", means: "Units of information: by the logarithm to base e, 2 or 10. One bit is 0.693 nats or 0.301 dits." },
  bootstrap: { name: "bootstrap", means: "Samples are drawn anew from the samples, many times over; how much the result varies tells how sure it is. Divergences of samples are too large on average, and that is measured and taken off, too.", source: "Efron & Tibshirani, An Introduction to the Bootstrap (1993)" },
  "maximum-likelihood": { name: "maximum likelihood", means: "To choose of a family the distribution that gives the data the highest probability. That is the one nearest to the distribution of the data by forward KL: the log-likelihood per sample is minus the cross entropy.", source: "Bishop, Pattern Recognition and Machine Learning (2006), §1.6.1" },
  "variational-inference": { name: "variational inference", means: "To stand in for a distribution that is known only up to a constant factor, such as a posterior, the member of a simple family that is nearest to it by reverse KL. The constant drops out of where the minimum is.", source: "Bishop, Pattern Recognition and Machine Learning (2006), §10.1" },
  "mode-covering": { name: "mode covering", means: "What forward KL does to a model that is too simple: it must put density wherever the target has any, so it spreads over all modes. To minimise it is to maximise the likelihood of the target's samples." },
  "mode-seeking": { name: "mode seeking", means: "What reverse KL does to it: it must stay out of where the target has none, so it settles on one mode. It is the divergence of variational inference, and of reinforcement learning with an entropy term." },
  calibration: { name: "calibration of a quantiser", means: "To store numbers in few bits one chooses a threshold: what lies beyond is clipped to it, what lies within is rounded to evenly spaced levels. A low threshold clips much, a high one rounds coarsely." },
  "error-bound": { name: "error bound, ±", means: "The value shown is no farther than this from the exact value for the numbers given: rounding is accounted for, nothing is guessed." },
  ulp: { name: "binary32, binary64", means: "Floating-point numbers of 32 and 64 bits, with 24 and 53 bits of them for the digits: about 7 and 16 decimal ones.", source: "IEEE 754" },
} as const satisfies Readonly<Record<string, Definition>>;

export type WordId = keyof typeof WORDS;
