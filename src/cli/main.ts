#!/usr/bin/env node
import { Command, CommanderError, Option } from "commander";
import { DeviceError, DomainError, FormatError, ShapeError } from "../index.js";
import { calibrateFiles } from "./calibrate.js";
import { fitFile } from "./fit.js";
import { histogramOf } from "./histogram.js";
import { numberOption, numbersOption, shapeOption, zerosOption } from "./parse.js";
import { ENTROPY_NAMES, JOINT_KINDS, MEASURE_NAMES, blocksOf, compareFiles, entropyOf, generalizedJsOf, info, jointOf, labelsOf, logitsOf, pairwiseOf, slicesOf, writeGradient, writeMarginal, writePointwise } from "./run.js";
import { version } from "./version.js";

/** Those that are sums over cells. */
const CONTRIBUTING_NAMES = "kl, generalized-kl, jeffreys, psi, js, cross-entropy, binary-cross-entropy, tv, chi-square, neyman-chi-square or alpha:ORDER";

/** What every command has that computes. */
function withData(command: Command, axis: string | null): Command {
  return (axis === null ? command : command.option("--axis <list>", axis, numbersOption))
    .option("--shape <list>", "shape of P, slowest axis first (default: the file's)", shapeOption)
    .addOption(new Option("--backend <name>", "where to compute").choices(["auto", "webgpu", "cpu"]).default("auto"))
    .option("--json", "one JSON object on standard output");
}

const withBasics = (command: Command, axis: string | null = "axes to sum over, e.g. 1,2 (default all)") => withData(command, axis).option("--base <number>", "unit: e (nats, default), 2 (bits), 10 (dits)", numberOption);

const withCells = (command: Command) => command
  .option("--offsets <file>", "where rows of lengths of their own begin, and the last one's end: integers as .npy")
  .option("--mask <file>", "which cells count: 0 for those that do not, of P's shape")
  .option("--weights <file>", "how often each cell counts: integers of P's shape");

const withPrecision = (command: Command) => command.addOption(new Option("--precision <name>", "arithmetic").choices(["fast", "exact"]));

function withSpacing(command: Command): Command {
  return command
    .option("--spacing <list>", "for each axis the edge of its cells, or a .npy file with their coordinates: makes the values densities")
    .addOption(new Option("--quadrature <name>", "rule of the integrals that --spacing asks for").choices(["riemann", "trapezoid", "simpson"]));
}

function withOptions(command: Command): Command {
  return withPrecision(withSpacing(withBasics(command)))
    .option("--no-normalize", "take the numbers as they are")
    .option("--zeros <policy>", "infinite (default), omit, epsilon:VALUE, laplace:VALUE or clip:VALUE", zerosOption)
    .addOption(new Option("--empty-rows <name>", "rows that sum to 0").choices(["throw", "nan"]));
}

function program(): Command {
  const root = new Command("kullback").description("How much two distributions differ, each number with its error bound.").version(version);
  root.exitOverride().configureOutput({ outputError() {} });
  withCells(withOptions(root.command("compare").argument("<P>", "reference: .npy, .nii, .nii.gz").argument("<Q>", "model")))
    .description("divergences of P from Q")
    .option("--measure <list>", MEASURE_NAMES, "kl")
    .action(compareFiles);
  withCells(withOptions(root.command("entropy").argument("<P>", ".npy, .nii, .nii.gz")))
    .description("entropy of P")
    .option("--kind <name>", ENTROPY_NAMES, "shannon")
    .action(entropyOf);
  withBasics(root.command("generalized-js").argument("<FILES...>", "two or more: .npy, .nii, .nii.gz"))
    .description("generalised Jensen-Shannon divergence of any number of distributions")
    .option("--priors <list>", "how much each counts, e.g. 2,1,1 (default all the same)", numbersOption)
    .action(generalizedJsOf);
  withPrecision(withBasics(root.command("mutual-information").argument("<JOINT>", "joint counts or probabilities: .npy, .nii, .nii.gz"), "the axes of one variable, or those that are given (default 0)"))
    .description("how much one variable tells of the others")
    .addOption(new Option("--kind <name>", "what of the joint distribution").choices([...JOINT_KINDS]).default("information"))
    .action(jointOf);
  root.command("logits").argument("<P>", "logits of the reference, a row a token: .npy").argument("<Q>", "logits of the model")
    .description("how far a model's predictions are from another's, read block by block")
    .option("--measure <name>", "kl, js or cross-entropy", "kl")
    .option("--temperature <number>", "what logits are divided by", numberOption)
    .option("--base <number>", "unit: e (nats, default), 2 (bits), 10 (dits)", numberOption)
    .addOption(new Option("--backend <name>", "where to compute").choices(["auto", "webgpu", "cpu"]).default("auto"))
    .option("--json", "one JSON object on standard output")
    .action(logitsOf);
  withPrecision(withBasics(root.command("pairwise").argument("<ROWS>", "distributions along the first axis: .npy, .nii, .nii.gz"), null))
    .description("a measure of every row with every row: a matrix on standard output or as .npy, or the nearest rows of each")
    .option("--against <file>", "other rows to compare with, in place of the rows themselves")
    .option("--measure <name>", MEASURE_NAMES, "js")
    .option("--top <number>", "print that many of the nearest rows of each row instead", numberOption)
    .option("--condensed", "of a symmetric measure each pair once, as SciPy's pdist")
    .option("--no-normalize", "take the numbers as they are")
    .option("--zeros <policy>", "infinite (default), omit, epsilon:VALUE, laplace:VALUE or clip:VALUE", zerosOption)
    .addOption(new Option("--empty-rows <name>", "rows that sum to 0").choices(["throw", "nan"]))
    .option("-o, --output <file>", ".npy file to write")
    .action(pairwiseOf);
  withPrecision(withSpacing(withData(root.command("marginal").argument("<P>", ".npy, .nii, .nii.gz"), "the axes that remain, e.g. 0")))
    .description("sums over all other axes, as .npy")
    .requiredOption("-o, --output <file>", ".npy file to write")
    .action(writeMarginal);
  withOptions(root.command("pointwise").argument("<P>").argument("<Q>"))
    .description("what each cell contributes, as .npy, or the cells that contribute most")
    .option("-o, --output <file>", ".npy file to write")
    .option("--top <number>", "print that many of the largest instead", numberOption)
    .option("--measure <name>", CONTRIBUTING_NAMES, "kl")
    .addOption(new Option("--form <name>", "how a cell's contribution is drawn").choices(["signed", "nonnegative"]).default("signed"))
    .action(writePointwise);
  withOptions(root.command("gradient").argument("<P>").argument("<Q>"))
    .description("the derivative by every entry of P or Q, as .npy")
    .requiredOption("-o, --output <file>", ".npy file to write")
    .addOption(new Option("--with <name>", "by what").choices(["p", "q", "log q"]).makeOptionMandatory())
    .option("--measure <name>", "kl, generalized-kl, jeffreys, psi, js, cross-entropy, chi-square or neyman-chi-square", "kl")
    .action(writeGradient);
  const contributing = (name: string) => withOptions(root.command(name).argument("<P>").argument("<Q>"))
    .option("--measure <name>", CONTRIBUTING_NAMES, "kl")
    .addOption(new Option("--form <name>", "how a cell's contribution is drawn").choices(["signed", "nonnegative"]).default("signed"));
  contributing("slices").description("what each slice along --axis contributes to the whole grid's value").action(slicesOf);
  contributing("blocks").description("what each block contributes to the whole grid's value")
    .requiredOption("--size <list>", "cells of a block along each axis, or one number for all", shapeOption)
    .action(blocksOf);
  contributing("labels").description("what each labelled region contributes to the whole grid's value")
    .requiredOption("--labels <file>", "integers of P's shape: .npy, .nii, .nii.gz")
    .action(labelsOf);
  const backend = () => new Option("--backend <name>", "where to compute").choices(["auto", "webgpu", "cpu"]).default("auto");
  root.command("histogram").argument("<SAMPLES...>", "samples, or a file for each of two or three coordinates: .npy, .nii, .nii.gz")
    .description("counts of samples in bins")
    .option("--bins <list>", "how many, or auto, fd, scott, doane, sturges, rice or sqrt (default 10)")
    .option("--range <list>", "FIRST:LAST for each axis (default: of the samples)")
    .option("--edges <list>", ".npy file with the edges themselves, for each axis")
    .addOption(backend())
    .option("--json", "one JSON object on standard output")
    .option("--csv", "comma-separated lines")
    .option("-o, --output <file>", ".npy file to write the counts to")
    .action(histogramOf);
  root.command("calibrate").argument("<FILES...>", "samples of a tensor each, or folders of such: .npy")
    .description("threshold, scale and zero point that quantise each tensor best")
    .addOption(new Option("--method <name>", "how the threshold is found").choices(["kullback", "nvidia", "onnxruntime", "mxnet", "ncnn", "minmax", "percentile", "mse", "tutorial"]).default("kullback"))
    .option("--target <name>", "int8 (default), uint8, int4, uint4, fp8-e4m3 or fp8-e5m2")
    .option("--levels <number>", "instead: how many magnitudes are told apart", numberOption)
    .addOption(new Option("--scheme <name>", "with a zero point or without").choices(["symmetric", "affine"]))
    .option("--bins <number>", "bins that samples are counted in", numberOption)
    .option("--percentile <number>", "for percentile: percent within", numberOption)
    .option("--counts <range>", "files hold counts in even bins over FIRST:LAST, not samples")
    .addOption(backend())
    .option("--json", "one JSON object on standard output")
    .option("--csv", "comma-separated lines")
    .action(calibrateFiles);
  withData(root.command("fit").argument("<TARGET>", "densities or counts: .npy, .nii, .nii.gz"), null)
    .description("the distribution of a family that is nearest to TARGET, as one JSON object")
    .option("--family <name>", "normal, mvn, beta, mixture:COUNT (of normals) or mixture:COUNT:FAMILY", "normal")
    .option("--direction <name>", "forward (KL of TARGET from all of it), reverse, kl (of TARGET from it on the grid), jeffreys, psi, js, chi-square or neyman-chi-square", "forward")
    .option("--axes <list>", "for each axis FIRST:LAST of its coordinates, or a .npy file with them (default: steps of the spacing from 0)")
    .option("--spacing <list>", "for each axis the edge of its cells, or a .npy file with their coordinates: makes the values densities")
    .addOption(new Option("--covariance <name>", "of normals of several variables").choices(["full", "diagonal"]))
    .option("--starts <number>", "from how many places to search (default 4)", numberOption)
    .option("--zeros <policy>", "cells of TARGET that are 0, in reverse: omit or epsilon:VALUE", zerosOption)
    .option("-o, --output <file>", ".npy file to write its densities to")
    .action(fitFile);
  root.command("info").description("where kullback computes on this machine").option("--json", "one JSON object").action(info);
  for (const command of root.commands) command.exitOverride().configureOutput({ outputError() {} });
  return root;
}

/** One line on standard error, and 2 where the input is at fault, 1 where we are. */
function report(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    console.error(`kullback: ${oneLine(error.message.replace(/^error: /, ""))}${error.code === "commander.help" ? "" : " (see kullback --help)"}`);
    return 2;
  }
  const fault = error instanceof ShapeError || error instanceof DomainError || error instanceof FormatError || error instanceof DeviceError
    || error instanceof RangeError || error instanceof TypeError || (error instanceof Error && "syscall" in error);
  console.error(`kullback: ${oneLine(error instanceof Error ? error.message : String(error))}`);
  return fault ? 2 : 1;
}

const oneLine = (text: string) => text.replace(/\s*\n\s*/g, " ");

try {
  await program().parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
