// What can be decided about a case, by button and by key.

const ACTIONS = [
  { key: "a", verdict: "accept", name: "Accept", says: "It is a copy of this original", done: "Accepted" },
  { key: "r", verdict: "reject", name: "Reject", says: "The two belong in no common story", done: "Rejected" },
  { key: "o", verdict: "canonical", name: "Original", says: "The copy is the original of the story", done: "Set as original" },
  { key: "i", verdict: "independent", name: "Independent", says: "It is nobody's copy", done: "Called independent" },
  { key: "u", verdict: "unsure", name: "Unsure …", says: "Somebody else has to look, with a note", done: "Left as unsure" },
];
const VERDICTS = {
  accept: (said) => [called(said.copy), " is a copy of ", called(said.canonical)],
  reject: (said) => [called(said.copy), " and ", called(said.canonical), " are no common story"],
  canonical: (said) => [called(said.canonical), " is the original"],
  independent: (said) => [called(said.copy), " is nobody's copy"],
  unsure: (said) => ["unsure whether ", called(said.copy), " is a copy of ", called(said.canonical)],
  withdraw: (said) => [
    "took back what was decided about ",
    [said.copy, said.canonical].filter(Boolean).map((name, place) => [place ? " and " : "", called(name)]),
  ],
};

/** What an article is called: by its headline and its source, or by its id. */
function called(id) {
  const known = desk.names.get(id);
  const code = h("code", {}, h("bdi", {}, id));
  if (!known) return code;
  const source = known.source ? h("bdi", {}, known.source) : code;
  return [h("cite", {}, h("bdi", { lang: known.lang || null }, known.name)), " (", source, ")"];
}
const when = (at) => h("time", { datetime: at }, at.replace("T", " ").replace("Z", " UTC"));

/** A decision as a sentence: who, what, why. */
const sentence = (said) => [
  h("b", {}, h("bdi", {}, said.by)),
  ": ",
  VERDICTS[said.verdict](said),
  said.note ? [" (", h("bdi", {}, said.note), ")"] : "",
];

/** Takes a decision about the case that is shown. What is unsure is asked for its note first. */
async function decide(verdict, note = null) {
  const chosen = desk.cases[desk.selected];
  if (!chosen || desk.busy) return;
  if (verdict === "unsure" && note === null) {
    at("note").value = "";
    at("note-dialog").returnValue = "cancel";
    at("note-dialog").showModal();
    return;
  }
  const action = ACTIONS.find((item) => item.verdict === verdict);
  await changing("Saving and linking …", async () => {
    const { copy, canonical } = chosen;
    const answer = await send("/api/decide", { verdict, copy, canonical, note: note ?? "" });
    await showQueue({ place: at("show").value === "decided" ? desk.selected + 1 : desk.selected });
    say(`${action.done}. ${becameOf(answer)} ${nowShown()}`);
  });
}

async function undo(step = null) {
  return changing("Taking back …", async () => {
    const answer = await send("/api/undo", step === null ? {} : { step });
    await showNow();
    say(`Took back ${counted(answer.decisions, "decision", "decisions")}. ${becameOf(answer)}`);
  });
}

/** The buttons, of which `act` takes the action. `id` tells those of one copy from those of others on a page. */
function actionBar(act, id = "") {
  const button = (key, name, says, verdict, onclick) =>
    h(
      "button",
      {
        type: "button",
        class: `action ${verdict}`,
        id: `do-${verdict}${id && `-${id}`}`,
        title: says,
        "aria-keyshortcuts": id ? null : key,
        onclick,
      },
      name,
      id ? "" : [" ", h("kbd", { "aria-hidden": "true" }, key)],
    );
  return h(
    "div",
    { class: "actions", role: "group", "aria-label": "Decide" },
    ACTIONS.map((action) => button(action.key, action.name, action.says, action.verdict, () => act(action))),
    button("z", "Undo", "Take your last step back", "undo", () => undo()),
  );
}
