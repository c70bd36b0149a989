// One story: the original, or why it is not here; then each copy with its reasons, laid beside what it was made from.

const CONTEXT = 60; // signs around a quoted place
const QUOTES = 12; // quoted places of one reason before the rest is only counted

const safeUrl = (url) => (/^https?:\/\//iu.test(url ?? "") ? url : null);

function badge(kind, value) {
  return h("span", { class: `badge ${kind}-${value}`, title: words[kind === "relation" ? "relations" : "statuses"][value][1] },
    words[kind === "relation" ? "relations" : "statuses"][value][0]);
}

/** Where an article comes from, in one line. */
function byline(article) {
  const address = safeUrl(article.url);
  return h("p", { class: "byline" },
    [article.source, article.author, article.published?.slice(0, 10)].filter(Boolean).map((part) => [h("bdi", {}, part), " · "]),
    h("span", {}, "id ", h("code", {}, h("bdi", {}, article.id))),
    article.origin ? [" · ", h("span", {}, "read from ", h("bdi", {}, article.origin))] : null,
    article.url ? [" · ", address ? h("a", { href: address, rel: "noopener noreferrer" }, h("bdi", {}, article.url)) : h("bdi", {}, article.url)] : null);
}

function repairs(article) {
  if (!article.repairs.length) return h("p", { class: "muted" }, "No repairs: the text stands as it was read.");
  const total = article.repairs.length + article.moreRepairs;
  return h("details", { class: "repairs" },
    h("summary", {}, counted(total, "repair", "repairs"), " of this article"),
    h("ol", {}, article.repairs.map((repair) => h("li", {},
      h("p", { class: "change", ...speaking(article) },
        h("span", { class: "context" }, repair.left),
        h("bdi", { class: "before" }, hidden("was "), named(repair.before)),
        h("span", { "aria-hidden": "true" }, article.rtl ? " ← " : " → "),
        h("bdi", { class: "after" }, hidden(" became "), named(repair.after)),
        h("span", { class: "context" }, repair.right)),
      h("p", { class: "muted" },
        repair.rules.map((rule, place) => [place ? "; " : "", page.rules[rule] ? `${page.rules[rule]} ` : "", h("code", {}, rule)]),
        ` · ${percent(repair.confidence)} sure`, repair.field === "text" ? "" : ` · in the ${repair.field}`)))),
    article.moreRepairs ? h("p", { class: "muted" }, `And ${number(article.moreRepairs)} more in edits.jsonl.`) : null);
}

function original(story) {
  if (story.original !== null) {
    const article = story.articles[story.original];
    return h("section", { class: "original", "aria-labelledby": "original-title" },
      h("h3", { id: "original-title" }, "The original"),
      article.title === story.headline ? null : h("p", { class: "title" }, titled(article)), byline(article),
      h("details", {}, h("summary", {}, "Read the whole text"), reading(story, article)),
      repairs(article));
  }
  const vias = [...new Set(story.copies.flatMap((copy) => copy.via))]
    .map((id) => story.articles.find((article) => article.id === id)).filter(Boolean);
  const credits = story.copies.flatMap((copy) => copy.evidence.filter((item) => item.kind === "credit")
    .flatMap((item) => item.spans.filter((span) => span.copy).map((span) => ({ copy, span }))));
  return h("section", { class: "original absent", "aria-labelledby": "original-title" },
    h("h3", { id: "original-title" }, "The original is not in this archive"),
    h("p", {}, story.source ? ["It was published by ", h("b", {}, story.source), ", as far as its copies tell. "] : "",
      "The best headline known for it: ", h("cite", {}, h("bdi", {}, story.headline)), "."),
    h("p", { class: "muted" }, "In this archive it is called ", h("code", {}, h("bdi", {}, story.canonical)),
      story.aliases.length ? [", earlier also ", story.aliases.map((alias, place) => [place ? ", " : "", h("code", {}, alias)])] : "", "."),
    credits.length ? [h("h4", {}, "How the copies credit it"),
      h("ul", { class: "quotes" }, credits.slice(0, QUOTES).map(({ copy, span }) => {
        const article = story.articles[copy.article];
        return h("li", {}, quoted(story, article, span.copy, "credit"), h("span", { class: "muted" }, " in ", titled(article)));
      }))] : null,
    vias.length ? h("p", {}, "Copies were compared with ", vias.map((article, place) => [place ? ", " : "", h("cite", {}, titled(article))]),
      ", because the original itself can't be.") : null);
}

/** A place of an article with some text around it. */
function quoted(story, article, [field, start, end], mark) {
  const text = field === "text" ? textOf(story, article) : article[field] ?? "";
  const from = Math.max(0, start - CONTEXT), to = Math.min(text.length, end + CONTEXT);
  return h("q", speaking(article), from ? "…" : "", marked(text, from, to, [{ start, end, tag: "mark", class: mark }]), to < text.length ? "…" : "");
}

function evidence(story, copy) {
  const own = story.articles[copy.article];
  const labels = factLabels(copy);
  const items = copy.evidence.map((item) => {
    const other = item.other === null ? null : story.articles[item.other];
    const fact = item.kind === "facts" || item.kind === "headline";
    const spans = item.spans.filter((span) => span.copy || span.other || span.value);
    const quotes = spans.slice(0, QUOTES).map((span) => h("li", {},
      fact ? h("span", { class: "label" }, labels.get(span.value), " ") : null,
      span.value ? h("b", { dir: "auto" }, span.value, " ") : null,
      span.copy ? [h("span", { class: "muted" }, "copy "), quoted(story, own, span.copy, fact ? "fact" : "credit")] : null,
      span.other && other ? [h("span", { class: "muted" }, " other "), quoted(story, other, span.other, fact ? "fact" : "credit")] : null));
    const about = other && item.other !== story.original ? h("span", { class: "muted" }, " Compared with ", h("cite", {}, titled(other)), ".") : null;
    return h("li", {},
      h("p", {}, h("b", {}, words.evidence[item.kind] ?? item.kind, ". "), h("span", { dir: "auto" }, item.says), about,
        item.kind === "sentences" ? h("span", { class: "muted" }, ` ${counted(item.count, "pair", "pairs")} of sentences, shown below.`) : null),
      quotes.length ? h("details", {}, h("summary", {}, counted(spans.length, "place", "places"), " in the text"),
        h("ul", { class: "quotes" }, quotes),
        spans.length > QUOTES ? h("p", { class: "muted" }, `And ${number(spans.length - QUOTES)} more in links.jsonl.`) : null) : null);
  });
  return [h("h4", {}, "Evidence"), items.length ? h("ol", { class: "evidence" }, items) : h("p", { class: "muted" }, "None is recorded.")];
}

function direction(copy) {
  const terms = copy.direction.terms;
  return h("details", {},
    h("summary", {}, `Which of them came first: ${percent(copy.direction.confidence)} sure`),
    terms.length ? h("ul", { class: "terms" }, terms.map((term) => h("li", {},
      h("span", { class: `weight ${term.weight < 0 ? "against" : "for"}` }, `${term.weight < 0 ? "−" : "+"}${Math.abs(term.weight).toFixed(2)}`),
      h("span", {}, h("span", { class: "muted" }, term.weight < 0 ? "speaks against it: " : "speaks for it: "), term.says)))) : h("p", { class: "muted" }, "No reason is recorded."));
}

function figures(copy) {
  const scores = Object.entries(copy.scores);
  if (!scores.length) return null;
  return h("details", {}, h("summary", {}, "Figures behind the link"),
    h("dl", { class: "facts" }, scores.map(([name, value]) => h("div", {}, h("dt", {}, words.scores[name] ?? name), h("dd", {}, Number(value).toFixed(2))))));
}

function explanation(story, copy) {
  const line = (term, name, says) => h("div", {}, h("dt", {}, term), h("dd", {}, h("b", {}, name), says ? [" ", says] : null));
  const [relation, status, basis] = [words.relations[copy.relation], words.statuses[copy.status], words.bases[copy.basis]];
  return h("dl", { class: "facts" },
    line("Relation", `${relation[0]}.`, relation[1]),
    line("Status", `${status[0]}.`, status[1]),
    line("Basis", `${basis[0]}.`, basis[1]),
    line("Confidence", percent(copy.confidence), "The program's own estimate that this is a copy of that original."),
    copy.alternatives.length ? line("It could also be a copy of", copy.alternatives.map((item) => `${item.canonical} (${percent(item.confidence)})`).join(", ")) : null);
}

/** Opens the part of the page on a copy, and goes there. */
function openCopy(article) {
  const part = document.getElementById(`copy-${article}`);
  part.open = true;
  part.querySelector("summary").focus();
}

/** The texts of a copy: compared with the other, or said to be the same, or on their own with credits and facts marked. */
function texts(story, copy) {
  const own = story.articles[copy.article];
  const heading = h("h4", {}, "The texts");
  if (copy.sameAs !== null) {
    const isOriginal = copy.sameAs === story.original;
    return [heading, h("p", { class: "same-note" }, h("b", {}, "The same text"), " as ",
      isOriginal ? "the original" : [h("cite", {}, titled(story.articles[copy.sameAs])), ", another copy"], ": it is shown there."),
      isOriginal ? null : h("button", { type: "button", onclick: () => openCopy(copy.sameAs) }, "Go to that copy")];
  }
  if (copy.pairs.length) return [heading, pairs(story, copy)];
  const kinds = ["credit", "facts", "headline", "date"];
  const other = copy.evidence.find((item) => item.other !== null && item.spans.some((span) => span.other))?.other ?? null;
  const sides = [h("div", {}, h("h5", {}, "The copy"), h("p", { class: "title" }, titled(own)), reading(story, own, evidenceMarks(copy, "copy", kinds)))];
  if (other !== null) {
    const article = story.articles[other];
    sides.unshift(h("div", {}, h("h5", {}, other === story.original ? "The original" : "Another copy"),
      h("p", { class: "title" }, titled(article)), reading(story, article, evidenceMarks(copy, "other", kinds, other))));
  }
  return [heading,
    h("p", { class: "muted" }, "No sentences were matched for this link, so none are laid side by side. Credits and shared facts are marked in the text",
      factLabels(copy).size ? ", the facts with their number in the evidence." : "."),
    h("ul", { class: "legend", "aria-label": "Signs" },
      h("li", {}, h("mark", { class: "credit" }, "words"), " credit"),
      h("li", {}, h("mark", { class: "fact" }, "words", h("sup", { class: "label" }, "1")), " shared fact"),
      h("li", {}, h("span", { class: "furniture" }, "words"), " page furniture")),
    h("div", { class: sides.length > 1 ? "two" : "" }, sides)];
}

function pairs(story, copy) {
  const names = (pair) => [pair.other === story.original ? "Original" : `Copy of ${story.articles[pair.other].source ?? story.articles[pair.other].id}`, "This copy"];
  const place = h("div", {});
  const show = (pair) => place.replaceChildren(
    pair.other === story.original ? "" : h("p", { class: "muted" }, "Compared with ", h("cite", {}, titled(story.articles[pair.other])), "."),
    comparison(story, copy, pair, names(pair)));
  show(copy.pairs[0]);
  if (copy.pairs.length === 1) return place;
  const choice = h("label", { class: "choice" }, "Compare with ",
    h("select", { onchange: (event) => show(copy.pairs[Number(event.target.value)]) },
      copy.pairs.map((pair, number) => h("option", { value: String(number) }, story.articles[pair.other].title || story.articles[pair.other].id))));
  return h("div", {}, choice, place);
}

function copyView(story, copy, open) {
  const own = story.articles[copy.article];
  const body = h("div", { class: "copy-body" });
  const fill = () => {
    if (body.childElementCount) return;
    body.append(byline(own), explanation(story, copy), ...evidence(story, copy), h("div", { class: "more" }, direction(copy), figures(copy)),
      ...texts(story, copy).filter(Boolean), h("h4", {}, "Repairs"), repairs(own));
  };
  if (open) fill();
  return h("details", { class: "copy", id: `copy-${copy.article}`, open, ontoggle: fill },
    h("summary", {}, h("h3", {}, titled(own)),
      h("span", { class: "badges" }, badge("relation", copy.relation), copy.status === "review" ? badge("status", copy.status) : null,
        h("span", { class: "muted" }, own.source ? h("bdi", {}, own.source) : null, own.source ? " · " : "", `${percent(copy.confidence)} sure`))),
    body);
}

/** The whole view of a story, to be put into its place in the page. */
function storyView(story) {
  const first = story.original === null ? story.articles[0] : story.articles[story.original];
  const linked = new Set(story.copies.map((copy) => copy.article));
  const waiting = story.copies.filter((copy) => copy.status === "review").length;
  const others = story.articles.filter((article, place) => !linked.has(place) && place !== story.original);
  return [
    h("h2", { tabindex: "-1" }, story.headline.trim() ? h("bdi", first ? { lang: first.lang || null } : {}, story.headline) : first ? titled(first) : story.cluster),
    h("p", { class: "lead" }, counted(story.copies.length, "copy", "copies"), " ", story.original === null ? "of an original that is not in this archive" : "of one original",
      waiting ? [", ", h("b", {}, counted(waiting, "waits", "wait"), " for a decision")] : "", "."),
    original(story),
    h("section", { "aria-labelledby": "copies-title" }, h("h3", { id: "copies-title", class: "overline" }, counted(story.copies.length, "copy", "copies")),
      story.copies.map((copy, place) => copyView(story, copy, place === 0))),
    others.length ? h("section", {}, h("h3", {}, "Also in this story"), others.map((article) => h("div", {}, h("p", { class: "title" }, titled(article)), byline(article)))) : null,
  ].filter(Boolean);
}
