// What was decided, by whom and when; and where two people said what can't both hold.

const STEPS_AT_ONCE = 50;
const STANDINGS = {
  counts: "counts",
  overruled: "a later decision took its place",
  withdrawn: "was taken back",
  waits: "waits for what is not in the archive",
};
let pastFirst = 0;

function listedItem(item) {
  return h(
    "li",
    { class: `standing-${item.standing}` },
    sentence(item),
    " · ",
    when(item.at),
    item.verdict === "withdraw"
      ? ""
      : h(
          "span",
          { class: "muted" },
          ` · ${STANDINGS[item.standing]}`,
          item.newer && item.standing === "overruled" ? [": ", sentence(item.newer)] : "",
        ),
    item.against.map((says) => h("p", { class: "aside" }, h("b", {}, "But now: "), h("bdi", {}, says))),
  );
}

async function showPast(first = pastFirst) {
  const answer = await askFor(`/api/past?first=${first}`);
  pastFirst = answer.first;
  desk.names = new Map(Object.entries(answer.names));
  at("past").replaceChildren(
    ...answer.steps.map((step) =>
      h(
        "li",
        { class: "one-step" },
        step.count > 1 ? h("h3", {}, counted(step.count, "decision", "decisions"), " in one step") : "",
        h("ul", {}, step.items.map(listedItem)),
        step.count > step.items.length
          ? h("p", { class: "muted" }, `And ${number(step.count - step.items.length)} more.`)
          : "",
        step.counting
          ? h(
              "button",
              {
                type: "button",
                id: `undo-${step.step}`,
                "aria-label": `Undo: ${step.count > 1 ? counted(step.count, "decision", "decisions") : plainly(step.items[0])}`,
                onclick: () => undo(step.step),
              },
              step.counting > 1 ? `Undo all ${number(step.counting)}` : "Undo",
            )
          : "",
      ),
    ),
  );
  if (!answer.found) at("past").replaceChildren(h("li", {}, "Nothing yet."));
  at("past-pages").hidden = answer.found <= STEPS_AT_ONCE;
  at("past-page").textContent = `Steps ${number(first + 1)} to ${number(Math.min(first + STEPS_AT_ONCE, answer.found))} of ${number(answer.found)}`;
  at("past-previous").disabled = first === 0;
  at("past-next").disabled = first + STEPS_AT_ONCE >= answer.found;
}

const plainly = (said) => h("p", {}, sentence(said)).textContent;

async function takeOver(file) {
  await changing("Taking over …", async () => {
    const answer = await askFor("/api/import", { method: "POST", body: file });
    await showPast(0);
    await showCounts();
    const waiting = answer.waiting ? ` ${number(answer.waiting)} wait for what is not in the archive.` : "";
    say(
      `Took over ${counted(answer.taken, "decision", "decisions")}; ${number(answer.known)} were known.${waiting} ${becameOf(answer)}`,
    );
  });
}

/** The number of conflicts beside the link to them. */
async function showCounts() {
  showProgress((await askFor("/api/queue?show=waiting")).progress);
}

async function showConflicts() {
  const { conflicts, names } = await askFor("/api/conflicts");
  desk.names = new Map(Object.entries(names));
  const settle = (said) =>
    changing("Saving and linking …", async () => {
      const answer = await send("/api/settle", { number: said.number });
      await showConflicts();
      await showCounts();
      say(`Settled. ${becameOf(answer)}`);
      at("conflicts-title").focus();
    });
  at("conflict-list").replaceChildren(
    ...conflicts.map(({ counts, others }) =>
      h(
        "li",
        { class: "one-step" },
        h(
          "ul",
          {},
          [counts, ...others].map((item) =>
            h(
              "li",
              {},
              h("p", {}, sentence(item), " · ", when(item.at), h("span", { class: "muted" }, ` · ${STANDINGS[item.standing]}`)),
              h(
                "button",
                { type: "button", "aria-label": `This is right: ${plainly(item)}`, onclick: () => settle(item) },
                "This is right",
              ),
            ),
          ),
        ),
      ),
    ),
  );
  if (!conflicts.length) at("conflict-list").replaceChildren(h("li", {}, "There are none."));
}
