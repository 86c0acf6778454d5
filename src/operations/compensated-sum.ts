/** A sum that keeps what its additions lose: Neumaier 1974, doi:10.1002/zamm.19740540106. */
export class CompensatedSum {
  private sum = 0;
  private lost = 0;

  add(x: number): void {
    const before = this.sum;
    this.sum = before + x;
    this.lost += Math.abs(before) >= Math.abs(x) ? before - this.sum + x : x - this.sum + before;
  }

  get value(): number {
    return Number.isFinite(this.lost) ? this.sum + this.lost : this.sum;
  }
}
