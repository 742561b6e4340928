// Exact best uniform approximation by subpool maxes, in integers (a port of maxpooling.approximation).
// Written in the number m of zeros of a vertex: q in the span of C(m, a), a in {0} and the orders,
// is made to alternate 1, -1 on as many nodes as there are exponents; each node then moves to the
// worst point of its run of equal sign, until |q(m)| <= 1 for every m < d.
const exact = (() => {
  const abs = (x) => (x < 0n ? -x : x);
  const gcd = (a, b) => (b ? gcd(b, a % b) : abs(a));
  const fraction = (n, d) => {
    const g = gcd(n, d) * (d < 0n ? -1n : 1n);
    return { n: n / g, d: d / g };
  };
  const text = ({ n, d }) => (d === 1n ? `${n}` : `${n}/${d}`);
  // As everywhere in the book: a comma at every thousand of whole numbers of five digits and more.
  const grouped = (words) =>
    `${words}`.replace(/(?<![\d.])\d{5,}/g, (found) => BigInt(found).toLocaleString("en"));
  const shown = (fraction) => grouped(text(fraction)).replace("-", "−");
  // "3/4" or "-2", as the library writes fractions.
  const read = (written) => {
    const [n, d = "1"] = written.split("/");
    return fraction(BigInt(n), BigInt(d));
  };
  const plus = (a, b) => fraction(a.n * b.d + b.n * a.d, a.d * b.d);
  const times = (a, b) => fraction(a.n * b.n, a.d * b.d);
  const decimal = ({ n, d }) => Number(n) / Number(d);
  function choose(n, k) {
    let result = 1n;
    for (let i = 1n; i <= BigInt(k); i += 1n) result = (result * (BigInt(n) - i + 1n)) / i;
    return k > n ? 0n : result;
  }

  // matrix x = rhs by Bareiss' elimination; leading minors are positive, so no row is exchanged.
  function solve(matrix, rhs) {
    const n = rhs.length;
    const rows = matrix.map((row, i) => [...row, rhs[i]]);
    let previous = 1n;
    for (let k = 0; k < n; k += 1) {
      for (let i = k + 1; i < n; i += 1) {
        const factor = rows[i][k];
        for (let j = k; j <= n; j += 1) {
          rows[i][j] = (rows[k][k] * rows[i][j] - factor * rows[k][j]) / previous;
        }
      }
      previous = rows[k][k];
    }
    const x = Array(n).fill(0n);
    for (let i = n - 1; i >= 0; i -= 1) {
      let known = 0n;
      for (let j = i + 1; j < n; j += 1) known += rows[i][j] * x[j];
      x[i] = (previous * rows[i][n] - known) / rows[i][i];
    }
    return [x, previous];
  }

  function exchanged(values, scale) {
    const nodes = [];
    for (let m = 0; m < values.length - 1; m += 1) {
      if (abs(values[m]) < scale) continue;
      const last = nodes[nodes.length - 1];
      if (last === undefined || values[m] > 0n !== values[last] > 0n) nodes.push(m);
      else if (abs(values[m]) > abs(values[last])) nodes[nodes.length - 1] = m;
    }
    return nodes;
  }

  // Orders: distinct integers in 0..d-1, at least one; 0 stands for the intercept.
  function best(d, orders) {
    const positive = [...orders].filter((r) => r > 0).sort((a, b) => a - b);
    const exponents = [0, ...positive];
    const hasIntercept = orders.includes(0);
    let nodes = exponents; // valid: the matrix of their binomials is triangular
    for (;;) {
      const matrix = nodes.map((m) => exponents.map((a) => choose(m, a)));
      const signs = nodes.map((_, i) => ((nodes.length - 1 - i) % 2 ? -1n : 1n));
      const [slopes, scale] = solve(matrix, signs);
      const values = Array.from({ length: d + 1 }, (_, m) =>
        slopes.reduce((sum, c, i) => sum + c * choose(m, exponents[i]), 0n));
      if (values.slice(0, d).every((value) => abs(value) <= scale)) {
        return describe(d, positive, hasIntercept, slopes, values, scale);
      }
      nodes = exchanged(values, scale);
    }
  }

  function describe(d, positive, hasIntercept, slopes, values, scale) {
    const top = values[d] + (hasIntercept ? scale : 0n); // the error is scale / top
    const error = fraction(scale, top);
    const coefficients = hasIntercept ? [[0, error]] : [];
    positive.forEach((r, i) => coefficients.push([r, fraction(slopes[i + 1] * choose(d, r), top)]));
    // At the vertex with k ones: f - max = intercept + (q(d) - q(d - k)) / top - (k > 0).
    const residuals = Array.from({ length: d + 1 }, (_, k) => fraction(
      (hasIntercept ? scale : 0n) + values[d] - values[d - k] - (k ? top : 0n), top));
    const subpools = positive.reduce((sum, r) => sum + choose(d, r), 0n);
    return { error, coefficients, residuals, subpools };
  }

  return { best, text, grouped, shown, decimal, choose, read, plus, times };
})();
