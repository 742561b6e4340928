// What the networks of the estimators cost, in closed form (a port of maxpooling.networks).
const cost = (() => {
  const choose = (n, k) => (k > n ? 0 : Number(exact.choose(n, k)));
  const layer = (size) => Math.ceil(Math.log2(size)); // exact: sizes are small integers

  // Distinct tuples of each size that halving needs; a smaller order needs what a larger one does.
  function tuples(d, orders) {
    const counts = new Map();
    for (const order of [...orders].sort((a, b) => a - b)) {
      let starts = [0];
      for (let size = order; size > 1; size = Math.ceil(size / 2)) {
        if (!counts.has(size)) {
          const length = d - order + size;
          const shared = starts.slice(1)
            .reduce((sum, place, i) => sum + choose(length - (place - starts[i]), size), 0);
          counts.set(size, starts.length * choose(length, size) - shared);
        }
        starts = starts.flatMap((place) => [place, place + Math.floor(size / 2)]);
      }
    }
    return counts;
  }

  // Pairwise maxes of each layer, from the pairs up, and ReLU neurons: three for a max, two more for
  // what finished subpools of lower orders have added up to.
  function network(d, orders) {
    const counts = tuples(d, orders);
    const maxes = Array(Math.max(0, ...[...counts.keys()].map(layer))).fill(0);
    for (const [size, count] of counts) maxes[layer(size) - 1] += count;
    const first = Math.min(...[...orders].filter((r) => r > 0).map(layer));
    const neurons = maxes.reduce((sum, count, i) => sum + 3 * count + (first <= i ? 2 : 0), 0);
    return { maxes, neurons };
  }

  // Lemma 1: rounds of pairs, three neurons for a pair.
  const exactMax = (d) => 3 * (2 ** layer(d) - 1);

  return { network, exactMax };
})();
