// Where the passages of a copy lie in the other text: two strips, the other above, the copy below, joined by bands.

const MAP = { strip: 20, least: 4, height: 100 };
const WIDEST = 1000; // a map has some as many units as pixels, so that its hatching keeps its slant

let maps = 0;

/** The map of a comparison. `go` leads to the row with a number; a reader without a pointer has the rows themselves. */
function minimap(pair, sides, go) {
  const [other, copy] = sides;
  const width = Math.min(WIDEST, document.documentElement.clientWidth);
  const length = (side) => Math.max(side.text.length, 1);
  const x = (side, offset) => (width * offset) / length(side);
  const hatch = `hatch-${(maps += 1)}`;
  const shapes = [];
  pair.rows.forEach((row, place) => {
    if (row.kind === "title" || row.kind === "moved-away") return;
    const jump = { onclick: () => go(place) };
    const spans = [
      [other, row.o, 0],
      [copy, row.c, MAP.height - MAP.strip],
    ].filter(([, span]) => span);
    const both = spans.length === 2;
    const kind = both ? (row.kind === "moved" ? "moved" : row.kept === 100 ? "same" : "reworded") : row.kind;
    if (both) {
      const [a, b] = row.o.map((edge) => x(other, edge)),
        [c, d] = row.c.map((edge) => x(copy, edge));
      shapes.push(
        drawn("path", {
          class: `band ${kind}`,
          d: `M${a} ${MAP.strip}L${b} ${MAP.strip}L${d} ${MAP.height - MAP.strip}L${c} ${MAP.height - MAP.strip}Z`,
          ...jump,
        }),
      );
    }
    for (const [side, span, y] of spans) {
      // How full a piece is tells how many of its words were kept, without a colour.
      const height = both ? Math.max(MAP.least, (MAP.strip * (row.kept ?? 100)) / 100) : MAP.strip;
      shapes.push(
        drawn(
          "rect",
          {
            class: `piece ${kind}`,
            x: x(side, span[0]),
            y: y ? y : MAP.strip - height,
            width: Math.max(1, x(side, span[1]) - x(side, span[0])),
            height,
            fill: kind === "dropped" || kind === "added" ? `url(#${hatch})` : null,
            ...jump,
          },
          drawn("title", {}, words.rows[kind === "reworded" ? "aligned" : kind]),
        ),
      );
    }
  });
  const rtl = other.article.rtl && copy.article.rtl;
  const picture = drawn(
    "svg",
    {
      class: "map",
      viewBox: `0 0 ${width} ${MAP.height}`,
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": mapSays(pair, other, copy),
    },
    drawn(
      "defs",
      {},
      drawn(
        "pattern",
        { id: hatch, width: 8, height: 8, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
        drawn("rect", { class: "hatch-back", width: 8, height: 8 }),
        drawn("rect", { class: "hatch-line", width: 3, height: 8 }),
      ),
    ),
    drawn(
      "g",
      rtl ? { transform: `matrix(-1 0 0 1 ${width} 0)` } : {},
      drawn("rect", { class: "strip", width, height: MAP.strip }),
      drawn("rect", { class: "strip", y: MAP.height - MAP.strip, width, height: MAP.strip }),
      shapes,
    ),
  );
  return h(
    "figure",
    { class: "minimap" },
    h(
      "figcaption",
      {},
      h("b", {}, "Where the passages lie. "),
      `${other.name} above, ${within(copy.name)} below: `,
      mapSays(pair, other, copy),
      " The fuller a piece, the more of its words were kept; a hatched one stands on one side only; a dashed band was moved.",
    ),
    picture,
  );
}

const within = (name) => name.charAt(0).toLowerCase() + name.slice(1);

/** The map in words. */
function mapSays(pair, other, copy) {
  const share = (side) => {
    const taken = pair.rows.reduce(
      (sum, row) =>
        row.o && row.c && row.kind !== "moved-away" ? sum + row[side.key][1] - row[side.key][0] : sum,
      0,
    );
    return percent(Math.min(1, taken / Math.max(side.text.trim().length, 1)));
  };
  const moved = pair.rows.filter((row) => row.kind === "moved").length;
  return `${share(other)} of the ${within(other.name)} has a counterpart in the copy, and ${share(copy)} of the copy in it${moved ? `; ${counted(moved, "passage was", "passages were")} moved` : ""}.`;
}
