// One case: the question, what was said about it, and the two texts side by side as in the report.

const REASONS = {
  contradicted: "New evidence speaks against what was decided",
  waiting: "Waits for a decision",
  linked: "Linked, not looked at",
  decided: "Decided",
};

const titleOf = (article, id) => h("bdi", { lang: article?.lang || null }, article?.name || id);

function question(item) {
  const absent = item.original === null;
  return h(
    "p",
    { class: "lead" },
    "Was ",
    h("cite", {}, titleOf(item.article, item.copy)),
    item.article?.source ? [" (", h("bdi", {}, item.article.source), ")"] : "",
    item.decision?.verdict === "canonical" ? " made from " : " copied from ",
    absent
      ? ["an original that is not in this archive, ", called(item.canonical)]
      : [
          h("cite", {}, titleOf(item.original, item.canonical)),
          item.original.source ? [" (", h("bdi", {}, item.original.source), ")"] : "",
        ],
    "?",
  );
}

function standing(item) {
  return [
    item.decision
      ? h("p", { class: "aside" }, sentence(item.decision), " · ", when(item.decision.at))
      : null,
    item.against.map((says) => h("p", { class: "aside" }, h("b", {}, "But now: "), h("bdi", {}, says))),
  ];
}

/** Puts a case into the page; `focus` where the reader came to it by a key or a link. */
async function showCase(item, { focus = true } = {}) {
  desk.story = null;
  if (!item) {
    at("case").replaceChildren(
      h("h3", { id: "case-title", tabindex: "-1" }, "Nothing is left here"),
      h("p", { class: "lead" }, "No case fits what the list shows. Show something else, or finish the work."),
    );
    if (focus) at("case-title").focus();
    return;
  }
  const asked = item.copy;
  let story, wrong;
  try {
    story = await askFor(`/api/pair?copy=${encodeURIComponent(wellFormed(asked))}`);
  } catch (error) {
    wrong = error.message;
  }
  if (desk.cases[desk.selected]?.copy !== asked) return; // the reader has gone on meanwhile
  desk.story = story ?? null;
  const head = [
    h(
      "p",
      { class: "badges" },
      h("span", { class: `badge rank-${item.rank}` }, REASONS[item.rank]),
      badge("relation", item.relation),
      h("span", { class: "muted" }, `${percent(item.confidence)} sure`),
      item.settles > 1 ? h("span", { class: "muted" }, `settles ${number(item.settles)} articles`) : null,
    ),
    h("h3", { id: "case-title", tabindex: "-1" }, titleOf(item.article, item.copy)),
    question(item),
    standing(item),
  ];
  const body = story
    ? [copyView(story, story.copies[0], true), original(story)]
    : [h("p", { class: "aside" }, wrong)];
  at("case").replaceChildren(...head.flat(Infinity).filter(Boolean), actionBar((action) => decide(action.verdict)), ...body);
  if (focus) {
    at("case-title").focus({ preventScroll: true });
    at("case").scrollIntoView({ block: "start" });
  }
}

// encodeURIComponent refuses lone surrogates.
const wellFormed = (text) => text.replace(/\p{Surrogate}/gu, "\uFFFD");
