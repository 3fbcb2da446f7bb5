// Puts the live chart, with tooltips, in the place of each drawing; where that fails the drawing stays.
// Where the page is narrower than the drawing, the chart is drawn anew for that width.

const GROWN_AT_MOST = 1.25; // a drawing narrower than its frame is shown larger

// The chart at a place, at most so wide; `before` is the chart that stood there, whose sliders stay.
async function embedded(place, spec, before) {
  // `ast` has Vega interpret its expressions: to compile them takes eval, which the page forbids.
  const made = await vegaEmbed(place, spec, { mode: "vega-lite", ast: true, actions: false, renderer: "svg" });
  const set = (spec.params ?? []).filter((one) => one.bind && before);
  for (const { name } of set) made.view.signal(name, before.signal(name));
  if (set.length) await made.view.runAsync();
  return made;
}
const widthOf = (place) => Number(place.querySelector("svg").getAttribute("width"));

async function fitted(place, spec, room, before) {
  let made = await embedded(place, spec, before);
  if (widthOf(place) * SHRUNK_AT_MOST <= room) return made;
  // what stands beside the plots is not known before they are drawn
  let plots = room * 0.6;
  for (let tries = 0; tries < 4; tries++) {
    made.finalize();
    made = await embedded(place, bare(forWidth(spec, plots, room)), before);
    const left = room - widthOf(place);
    if (Math.abs(left) < 2) break;
    plots = Math.max(plots + left, LEAST_PLOT);
  }
  made.finalize();
  made = await embedded(place, forWidth(spec, plots - 2, room), before);
  if (!(spec.params ?? []).some((one) => one.bind)) apart(place.querySelector("svg"));
  return made;
}

// A picture without what stands above and below it, whose width says nothing of the plots.
function bare({ title, ...spec }) {
  const { legend, ...config } = spec.config ?? {};
  return { ...spec, config: { ...config, legend: { ...legend, disable: true } } };
}

async function enliven(figure) {
  const drawing = figure.querySelector(".drawing");
  const words = drawing.querySelector("svg")?.getAttribute("aria-label") ?? "";
  const spec = JSON.parse(figure.querySelector("script").textContent);
  let live, view, drawnFor;
  async function draw() {
    const room = roomIn(figure);
    if (room === drawnFor) return;
    drawnFor = room;
    const next = document.createElement("div");
    next.className = "live unseen";
    (live ?? drawing).after(next);
    try {
      const made = await fitted(next, spec, room, view);
      const svg = next.querySelector("svg");
      next.style.maxWidth = `${GROWN_AT_MOST * widthOf(next)}px`;
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", words);
      (live ?? drawing).remove();
      view?.finalize();
      [live, view] = [next, made.view];
      live.classList.remove("unseen");
      if (live.querySelector(".vega-bind")) tell(live, view);
    } catch {
      next.remove();
    }
  }
  await draw();
  figure.append(kept(figure, spec, words));
  return draw;
}

// How many pixels a picture may take: those of its figure where it stands beside text.
function roomIn(figure) {
  const inside = (one) => {
    const style = getComputedStyle(one);
    return one.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  };
  if (getComputedStyle(figure).float !== "none") return inside(figure);
  const around = figure.offsetWidth - inside(figure);
  return Math.floor(inside(figure.parentElement) - around);
}

// Tells a reader who hears the page what a chart says in words once a slider has moved.
function tell(live, view) {
  const told = document.createElement("output");
  told.className = "said";
  live.append(told);
  live.querySelector(".vega-bindings").addEventListener("input", async () => {
    await view.runAsync();
    const words = [...live.querySelectorAll("svg .words_group text")].map((one) => one.textContent);
    told.textContent = words.filter((one) => one.length > 1).join(" ");
  });
}

const drawn = [...document.querySelectorAll("figure.chart")].map(enliven);
addEventListener("resize", lodashDebounce(async () => {
  if (matchMedia("print").matches) return;
  for (const draw of await Promise.all(drawn)) draw();
}, 200));
