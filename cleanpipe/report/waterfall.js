// Which of two texts came first, as a waterfall: every reason moves the sum of the log-odds one way or the other.

const SMALLEST_STEP = 0.05; // log-odds before any reason that are worth a line of their own
const SURE = 20; // log-odds beyond which a probability is 0 or 1 for all that a page can show

const signed = (weight) => `${weight < 0 ? "−" : "+"}${Math.abs(weight).toFixed(2)}`;

function first(direction) {
  const sure = `${percent(direction.confidence)} sure`;
  return direction.abstains ? `left open (${sure})` : sure;
}

/** The reasons in the order of their weight, each with where it takes the sum from and to. */
function steps({ confidence, terms }) {
  const total = terms.reduce((sum, term) => sum + term.weight, 0);
  const end = Math.log(confidence / (1 - confidence));
  const base = Number.isFinite(end) && Math.abs(end) < SURE ? end - total : 0;
  const ordered = [...terms].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  if (Math.abs(base) >= SMALLEST_STEP) ordered.unshift({ weight: base, says: "Before any reason is looked at." });
  let sum = 0;
  return ordered.map((term) => {
    const from = sum;
    sum += term.weight;
    return { ...term, from, to: sum };
  });
}

function direction(copy) {
  const found = steps(copy.direction);
  if (!found.length)
    return h("p", { class: "muted" }, `Which of them came first: ${first(copy.direction)}; no reason is recorded.`);
  const edges = found.flatMap((step) => [step.from, step.to]);
  const low = Math.min(0, ...edges),
    high = Math.max(0, ...edges);
  const at = (value) => (100 * (value - low)) / (high - low || 1);
  const bar = (step) =>
    drawn(
      "svg",
      { class: "step", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
      drawn("line", { class: "zero", x1: at(0), x2: at(0), y1: 0, y2: 10 }),
      drawn("rect", {
        class: step.to < step.from ? "against" : "for",
        x: at(Math.min(step.from, step.to)),
        width: Math.max(0.6, Math.abs(at(step.to) - at(step.from))),
        y: 2,
        height: 6,
      }),
    );
  const sum = found.at(-1).to;
  const line = (step) =>
    h(
      "tr",
      { role: "row" },
      h("th", { scope: "row", role: "rowheader" }, step.says),
      h(
        "td",
        { role: "cell", class: `weight ${step.weight < 0 ? "against" : "for"}` },
        signed(step.weight),
        hidden(step.weight < 0 ? " speaks against it" : " speaks for it"),
      ),
      h("td", { role: "cell", class: "bar-cell" }, bar(step)),
    );
  return h(
    "details",
    { class: "weighing" },
    h("summary", {}, `Which of them came first: ${first(copy.direction)}`),
    h(
      "p",
      { class: "muted" },
      "“It” is what was taken for the original, “the other” is this copy. Weights are log-odds: what speaks for it moves the sum to the right, what speaks against it to the left.",
    ),
    h(
      "table",
      { class: "waterfall", role: "table" },
      h("caption", { class: "hidden" }, "Reasons and their weights"),
      h(
        "thead",
        { role: "rowgroup" },
        h(
          "tr",
          { role: "row" },
          ["Reason", "Weight", "Sum so far"].map((name) => h("th", { scope: "col", role: "columnheader" }, name)),
        ),
      ),
      h("tbody", { role: "rowgroup" }, found.map(line)),
      h(
        "tfoot",
        { role: "rowgroup" },
        h(
          "tr",
          { role: "row" },
          h("th", { scope: "row", role: "rowheader" }, `Together: ${first(copy.direction)}`),
          h("td", { role: "cell", class: "weight" }, signed(sum)),
          h("td", { role: "cell", class: "bar-cell" }, bar({ from: 0, to: sum })),
        ),
      ),
    ),
  );
}
