const COLUMNS = [
  ["", 20, (row) => row.way],
  ["min ms", 11, (row) => row.minMs.toFixed(3)],
  ["median ms", 11, (row) => row.medianMs.toFixed(3)],
  ["± %", 7, (row) => row.spreadPercent.toFixed(1)],
  ["ns/cell", 10, (row) => row.nsPerCell.toFixed(2)],
  ["GB/s", 9, (row) => row.gbPerS.toFixed(2)],
  ["read GB/s", 11, (row) => row.readGbPerS.toFixed(2)],
  ["× plain read", 14, (row) => row.timesPlainRead.toFixed(2)],
  ["of the mins", 13, (row) => row.leastTimesPlainRead.toFixed(2)],
];
/** Of a case that has another beside it. */
const BESIDE = [["× fast", 9, "timesFast"], ["× apart", 10, "timesApart"]];

function columnsOf(row) {
  return [...COLUMNS, ...BESIDE.filter(([, , key]) => row[key] !== undefined).map(([title, width, key]) => [title, width, (other) => other[key].toFixed(2)])];
}

const line = (columns, texts) => texts.map((text, i) => (i === 0 ? text.padEnd(columns[i][1]) : text.padStart(columns[i][1]))).join("");

/** Prints rows as they come, under the name of their case. */
export function printer(print) {
  let last;
  return (row) => {
    if (row.notRun) {
      const of = row.case ?? row.logits ?? row.pairs;
      print(`${of ? `${of}, ` : ""}${row.way}: not run (${row.notRun})`);
      return;
    }
    if (row.processes) {
      print(`${String(row.processes).padStart(3)} processes${String(row.cells).padStart(10)} cells${row.nsPerCell.toFixed(2).padStart(8)} ns/cell${row.timesAlone.toFixed(2).padStart(8)} × one alone`);
      return;
    }
    if (row.logits) {
      print(`${row.logits.padEnd(14)}${row.way.padEnd(36)}${row.medianMs.toFixed(1).padStart(9)} ms${row.nsPerCell.toFixed(2).padStart(8)} ns/cell, mean off by ${row.relativeError.toExponential(1)}`);
      return;
    }
    if (row.pairs) {
      const found = row.bytesBeside === undefined ? `worst off by ${row.relativeError.toExponential(1)}, ${row.negative} negative` : `${(row.bytesBeside / 1e6).toFixed(1)} MB beside`;
      print(`${row.pairs.padEnd(46)}${row.way.padEnd(32)}${row.medianMs.toFixed(1).padStart(9)} ms${row.nsPerCell.toFixed(2).padStart(8)} ns/cell, ${found}`);
      return;
    }
    if (row.fit) {
      const beside = row.timesKl === undefined ? "" : `${row.timesKl.toFixed(2).padStart(8)} × klDivergence`;
      print(`${row.fit.padEnd(58)}${row.way.padEnd(18)}${row.medianMs.toFixed(1).padStart(9)} ms${row.nsPerCell.toFixed(2).padStart(8)} ns/cell${beside}`);
      return;
    }
    if (row.counting) {
      print(`${row.counting.padEnd(34)}${row.way.padEnd(18)}${row.medianMs.toFixed(2).padStart(10)} ms${row.nsPerCell === undefined ? "" : `${row.nsPerCell.toFixed(2).padStart(8)} ns/sample`}`);
      return;
    }
    if (row.volume) {
      const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1).padStart(9)} MB`;
      print(`${row.volume.padEnd(15)}${row.operation.padEnd(35)}${row.way.padEnd(8)}${row.medianMs.toFixed(1).padStart(10)} ms${row.nsPerCell.toFixed(2).padStart(8)} ns/cell${megabytes(row.bytesBeside)} beside, result${megabytes(row.resultBytes)}`);
      return;
    }
    if (row.growth) {
      const beside = Number.isFinite(row.bytesBeside) ? `${(row.bytesBeside / 1e6).toFixed(1).padStart(9)} MB beside them` : "";
      print(`${row.growth.padEnd(22)}${String(row.cells).padStart(10)} cells${row.medianMs.toFixed(1).padStart(11)} ms${row.nsPerCell.toFixed(2).padStart(8)} ns/cell${beside}`);
      return;
    }
    if (row.transfer) {
      const rate = row.gbPerS ? `${row.gbPerS.toFixed(2)} GB/s` : `${row.timesRoundTrip.toFixed(2)} × a round trip`;
      print(`${row.way.padEnd(40)}${row.medianMs.toFixed(3).padStart(9)} ms   ${rate}`);
      return;
    }
    const columns = columnsOf(row);
    if (row.case !== last) print(`\n${row.case}\n${line(columns, columns.map(([title]) => title))}`);
    last = row.case;
    print(line(columns, columns.map(([, , text]) => text(row))) + (row.timesBetter ? `  ${row.timesBetter.toFixed(2)} × the better of CPU and GPU` : ""));
  };
}
