// Makes elements out of data. Text only ever becomes a text node: nothing in an article is read as markup.

const at = (id) => document.getElementById(id);
let page = null, // the index: see takeIndex
  words = null;

/** Tells parts of the page that know more, such as those for decisions, what was put into it. */
const tell = (what, detail) => document.dispatchEvent(new CustomEvent(`cleanpipe:${what}`, { detail }));

/** An element with attributes (`on...` for listeners, `null` and `false` left out) and children (text, nodes, lists). */
function h(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** The same for what is drawn. */
function drawn(name, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function filled(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

const hidden = (text) => h("span", { class: "hidden" }, text);
const number = (value) => value.toLocaleString("en");
const percent = (share) => `${Math.floor(share * 100 + 1e-9)} %`;
const counted = (count, one, many) => `${number(count)} ${count === 1 ? one : many}`;

/** The attributes that say in which language, and which way, a text of this article runs. */
const speaking = (article) => ({ lang: article.lang || null, dir: article.rtl ? "rtl" : "auto" });

/** What an article is called, running its own way within a line of the page. */
const titled = (article) => h("bdi", speaking(article), article.name);

/** The same with who published it: copies of one story often have one headline. */
const published = (article) => [
  h("cite", {}, titled(article)),
  article.source ? [" (", h("bdi", {}, article.source), ")"] : "",
];

/** A part of a text in which some spans are marked: `marks` are {start, end, class, tag?, title?, label?, attributes?}. */
function marked(text, start, end, marks) {
  const inside = marks.filter((mark) => mark.start < end && mark.end > start);
  if (!inside.length) return [text.slice(start, end)];
  const edges = new Set([start, end]);
  for (const mark of inside) edges.add(Math.max(mark.start, start)).add(Math.min(mark.end, end));
  const cuts = [...edges].sort((a, b) => a - b);
  return cuts.slice(1).map((cut, place) => {
    let node = text.slice(cuts[place], cut);
    for (const mark of inside) {
      if (mark.start > cuts[place] || mark.end < cut) continue;
      const label = mark.label && mark.end === cut ? h("sup", { class: "label" }, mark.label) : null;
      // A mark that others cut into pieces is one thing to come to, not several.
      const more = mark.start === cuts[place] ? mark.attributes : null;
      node = h(mark.tag ?? "span", { class: mark.class, title: mark.title, ...more }, node, label);
    }
    return node;
  });
}

/** Text in which invisible characters are named: parts are strings or [code point, name]. */
function named(parts) {
  if (!parts.length) return h("span", { class: "nothing" }, "nothing");
  return parts.map((part) =>
    typeof part === "string" ? part : h("span", { class: "character" }, `${part[0]} ${part[1]}`),
  );
}
