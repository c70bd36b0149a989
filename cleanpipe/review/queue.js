// The queue: which cases there are, which one is looked at, and how far the work is.

const CASES_AT_ONCE = 50;

/** Reads the queue anew and shows the case at `place` of the page that begins at `first`. */
async function showQueue({ first = desk.first, place = 0, focus = true } = {}) {
  const asked = new URLSearchParams({ show: at("show").value, relation: at("relation").value, first });
  let answer = await askFor(`/api/queue?${asked}`);
  if (!answer.cases.length && first > 0) {
    const last = Math.max(0, Math.floor((answer.found - 1) / CASES_AT_ONCE) * CASES_AT_ONCE);
    asked.set("first", last);
    answer = await askFor(`/api/queue?${asked}`);
    place = CASES_AT_ONCE;
  }
  desk.names = new Map(
    answer.cases.flatMap((item) => [
      [item.copy, item.article],
      [item.canonical, item.original],
    ]),
  );
  Object.assign(desk, { cases: answer.cases, first: answer.first, found: answer.found });
  desk.selected = Math.max(0, Math.min(place, answer.cases.length - 1));
  showProgress(answer.progress);
  showList();
  await showCase(desk.cases[desk.selected], { focus });
}

function showProgress(progress) {
  const total = progress.decided + progress.waiting;
  at("progress").max = Math.max(1, total);
  at("progress").value = progress.decided;
  const others = Object.entries(progress.people)
    .map(([name, count]) => `${name} ${number(count)}`)
    .join(", ");
  at("progress-text").replaceChildren(
    h("b", {}, counted(progress.decided, "decision counts", "decisions count")),
    ...(others ? [" (", h("bdi", {}, others), ")"] : []),
    ", ",
    h("b", {}, counted(progress.waiting, "case waits", "cases wait")),
    ", ",
    counted(progress.linked, "link was", "links were"),
    " not looked at.",
  );
  at("conflict-count").textContent = number(progress.conflicts);
  at("conflict-count").hidden = !progress.conflicts;
}

function showList() {
  at("found").textContent = counted(desk.found, "case", "cases");
  at("list").start = desk.first + 1;
  at("list").replaceChildren(
    ...desk.cases.map((item, place) =>
      h(
        "li",
        {},
        h(
          "button",
          {
            type: "button",
            class: "case-link",
            "aria-current": place === desk.selected ? "true" : null,
            onclick: () => go(place),
          },
          h("span", { class: "case-name" }, titleOf(item.article, item.copy)),
          h(
            "span",
            { class: "muted" },
            words.relations[item.relation][0],
            ` · ${percent(item.confidence)} sure`,
            item.rank === "linked" ? "" : ` · ${REASONS[item.rank].toLowerCase()}`,
          ),
        ),
      ),
    ),
  );
  at("list").querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  const pages = Math.max(1, Math.ceil(desk.found / CASES_AT_ONCE));
  const shown = Math.floor(desk.first / CASES_AT_ONCE);
  at("pages").hidden = pages === 1;
  at("page").textContent = `Page ${number(shown + 1)} of ${number(pages)}`;
  at("previous").disabled = shown === 0;
  at("next").disabled = shown === pages - 1;
}

/** Which case is shown, for the status line; its heading has the focus and is read as well. */
function nowShown() {
  const item = desk.cases[desk.selected];
  if (!item) return "Nothing is left here.";
  return `Case ${number(desk.first + desk.selected + 1)} of ${number(desk.found)}.`;
}

/** Goes to a case by its place in the page of the queue; beyond its ends to the next or the previous page. */
async function go(place) {
  if (desk.busy) return;
  if (place < 0 || place >= desk.cases.length) {
    const first = desk.first + (place < 0 ? -CASES_AT_ONCE : CASES_AT_ONCE);
    if (first < 0 || first >= desk.found) {
      say(place < 0 ? "This is the first case." : "This is the last case.");
      return;
    }
    await changing("Reading …", () => showQueue({ first, place: place < 0 ? CASES_AT_ONCE : 0 }));
  } else {
    desk.selected = place;
    showList();
    await showCase(desk.cases[place]);
  }
  say(nowShown());
}
