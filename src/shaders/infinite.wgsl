// from terms that say themselves what zeros are it stands for Infinity
const INFINITE = 1.298074214633707e33;
