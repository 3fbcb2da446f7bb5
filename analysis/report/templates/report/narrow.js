// A specification made anew for a page narrower than its picture, and its words moved apart.

const pen = document.createElement("canvas").getContext("2d");
const FACE = "sans-serif";
const SHRUNK_AT_MOST = 0.85; // a drawing a little too wide is shown smaller; beyond that, drawn anew
const LEAST_PLOT = 80; // pixels; a picture that leaves less is drawn wider and shown smaller
const LEAST_COLUMN = 52; // pixels of each of several plots beside each other
const REACH = 24; // pixels up or down by which words may leave their place for a mark
const LINE_STEP = 5; // pixels between two places at which a line is looked at
const TEXT_ROOM = 0.36; // the share of the width that labels beside a picture may take

const isText = (part) => typeof part === "string" || (Array.isArray(part) && part.length > 0 && part.every((one) => typeof one === "string"));
const joined = (text) => [].concat(text).join(" ");

function wide(text, size, weight = "normal") {
  pen.font = `${weight} ${size}px ${FACE}`;
  return pen.measureText(text).width;
}

// A text as lines of at most so many pixels; a number and its % stay together.
function wrapped(text, room, size, weight) {
  const lines = [""];
  for (const word of joined(text).replaceAll(" %", "\u00a0%").split(" ")) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
    if (!lines.at(-1) || wide(longer, size, weight) <= room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  const whole = lines.map((line) => line.replaceAll("\u00a0", " "));
  return whole.length > 1 ? whole : whole[0];
}

// The same in Vega's words, for a text that is not known before the chart is drawn.
const labelCharacters = (room) => Math.floor((room * TEXT_ROOM) / 6.2);
const inLines = (text, characters) => text.replaceAll("\n", " ").replace(new RegExp(`(.{1,${characters}})( +|$)`, "g"), "$1\n").trim().split("\n");
function wrapping(text, characters) {
  return `split(trim(replace(replace(${text}, regexp(' %', 'g'), '\u00a0%'), regexp('(.{1,${Math.floor(characters)}})( +|$)', 'g'), '$1\\n')), '\\n')`;
}

function titled(title, room, size) {
  const whole = isText(title) ? { text: title } : { ...title };
  whole.text = wrapped(whole.text ?? "", room, whole.fontSize ?? size, "bold");
  if (whole.subtitle) whole.subtitle = wrapped(whole.subtitle, room, whole.subtitleFontSize ?? 12);
  return whole;
}

// Every row of data of a specification, as lists of rows.
function data(part) {
  if (!part || typeof part !== "object") return [];
  const mine = Array.isArray(part.data?.values) ? [part.data.values] : [];
  return [...mine, ...Object.values(part.datasets ?? {}), ...["layer", "vconcat", "hconcat", "concat"].flatMap((key) => (part[key] ?? []).flatMap(data)), ...data(part.spec)];
}

function said(rows, field) {
  return [...new Set(rows.map((row) => row?.[field]).filter((one) => typeof one === "string"))];
}

// How wide the plots of a view are, those beside each other together.
function natural(view) {
  if (view.vconcat) return Math.max(...view.vconcat.map(natural));
  if (view.hconcat) return Math.max(...view.hconcat.map(natural));
  if (view.spec) return natural(view.spec) * (view.columns ?? 1);
  return typeof view.width === "number" ? view.width : 200;
}

// A view whose plots take so many pixels, in a picture of a width; `rows` is all its data.
function narrowed(view, plots, room, rows) {
  const part = (one, at) => narrowed(one, at, room, rows);
  const { hconcat, vconcat, ...rest } = view;
  if (hconcat) {
    // those that share the labels of the first stay beside it, so that a row is still one row
    const gap = rest.spacing ?? 20;
    const each = (plots - gap * (hconcat.length - 1)) / hconcat.length;
    if (each >= LEAST_COLUMN && hconcat.slice(1).every(unlabelled)) return { ...rest, hconcat: hconcat.map((one) => part(one, each)) };
    return { ...rest, vconcat: hconcat.map((one) => part(alone(one), plots)) };
  }
  if (vconcat) {
    const most = natural(view);
    return { ...rest, vconcat: vconcat.map((one) => part(one, (plots * natural(one)) / most)) };
  }
  if (view.facet?.column && !view.facet.row) return part({ ...rest, facet: view.facet.column, columns: 2 }, plots);
  if (view.spec) {
    const columns = Math.min(view.columns ?? 1, 2);
    return { ...view, ...(view.columns && { columns }), facet: headed(view.facet, room), spec: part(view.spec, (plots - 46 * (columns - 1)) / columns) };
  }
  return single(view, plots, room, rows);
}

const unlabelled = (view) => layers(view).some((one) => one.encoding?.y?.axis?.labels === false);

// A view that shared the labels of its neighbour, with its own.
function alone(view) {
  return JSON.parse(JSON.stringify(view), (key, value) => (value?.labels === false ? { ...value, labels: true, ticks: true } : value));
}

function headed(facet, room) {
  const one = (field) => field && { ...field, header: { ...field.header, labelLimit: room * 0.25, ...(field.header?.labelAngle === 0 && { labelExpr: wrapping("datum.label", (room * 0.25) / 7) }) } };
  return facet.row || facet.column ? { ...facet, ...(facet.row && { row: one(facet.row) }), ...(facet.column && { column: one(facet.column) }) } : facet;
}

function single(view, plots, room, rows) {
  const width = typeof view.width === "number" ? Math.round(plots) : view.width;
  const across = typeof view.width === "number" ? width / view.width : 1;
  const tall = height(view, room, rows);
  const down = typeof view.height === "number" ? tall / view.height : 1;
  const named = new Set(); // axes of this view whose title is in lines already
  const drawn = (one) => ({
    ...one,
    ...(one.layer && { layer: one.layer.map(drawn) }),
    ...(one.encoding && { encoding: encoded(one.encoding, { across, down, plots, tall, room, rows, named }) }),
    ...(one.mark?.type === "text" && written(one, { across, down, plots, room, rows, width: view.width })),
  });
  const whole = { ...drawn(view), ...(view.width !== undefined && { width }), ...(view.height !== undefined && { height: tall }) };
  if (view.title) whole.title = titled(view.title, plots, 12);
  return whole;
}

const layers = (view) => (view.layer ? view.layer.flatMap(layers) : [view]);

// A view of nothing but words in lines: they are to have two lines each.
const inWords = (view) => Boolean(view.layer) && layers(view).every((one) => one.mark?.type === "text" && one.encoding?.y?.value !== undefined);

// A height at which the labels of the rows, in several lines, do not touch.
function height(view, room, rows) {
  if (inWords(view)) return view.height * 1.8;
  const y = layers(view).map((one) => one.encoding?.y).find((one) => one?.type === "nominal" && one.axis !== null);
  if (!y || view.height === undefined) return view.height;
  const all = said(rows, y.field);
  const labels = y.sort?.length ? y.sort : all;
  const lines = Math.max(1, ...[...all, ...labels].map((one) => inLines(String(one), labelCharacters(room)).length));
  if (view.height.step) return { step: Math.max(view.height.step, 12 * lines + 4) };
  const least = layers(view).some((one) => one.encoding?.yOffset) ? 0 : view.height; // plots that share an offset have rows of one height
  return Math.max(least, labels.length * (12 * lines + 4));
}

function encoded(encoding, { across, down, plots, tall, room, rows, named = new Set() }) {
  const found = { ...encoding };
  for (const [name, share] of [["x", across], ["x2", across], ["y", down], ["y2", down]]) {
    if (found[name]?.value > 0) found[name] = { ...found[name], value: found[name].value * share };
  }
  for (const [name, along] of [["x", Math.max(plots, LEAST_COLUMN)], ["y", typeof tall === "number" ? tall : 200]]) {
    if (found[name]?.field || found[name]?.aggregate) found[name] = placed(found[name], name, along, room, named);
  }
  for (const name of ["color", "fill", "stroke", "shape", "opacity", "strokeDash"]) {
    const one = found[name];
    if (!one?.field || one.legend === null) continue;
    const labels = one.legend?.values ?? one.scale?.domain ?? said(rows, one.field);
    const columns = Math.max(...labels.map((label) => wide(String(label), 11))) + 28 <= plots / 2 ? 2 : 1;
    found[name] = { ...one, legend: { ...one.legend, ...(one.type !== "quantitative" && { columns }), titleLimit: room, labelLimit: room - 40 } };
  }
  return found;
}

// An axis with its title in lines, and the labels of rows too. Vega joins the titles of layers unless
// they are the same text, so that lines of a title stand in one layer alone.
function placed(channel, name, along, room, named) {
  const found = { ...channel };
  if (isText(found.title)) found.title = wrapped(found.title, along, 12);
  if (Array.isArray(found.title)) {
    if (named.has(name)) return { ...found, axis: null };
    named.add(name);
  }
  if (found.axis === null) return found;
  found.axis = { ...found.axis };
  if (isText(found.axis.title)) found.axis.title = wrapped(found.axis.title, along, 12);
  if (name === "y" && found.type === "nominal") {
    found.axis.labelLimit = room * TEXT_ROOM + 12;
    found.axis.labelLineHeight = 12;
    const inParts = /^split\((datum\.\w+)/.exec(found.axis.labelExpr ?? "split(datum.label");
    if (inParts) found.axis.labelExpr = wrapping(`replace(${inParts[1]}, regexp('\\\\n', 'g'), ' ')`, labelCharacters(room));
  }
  return found;
}

// The words in a picture, in lines where they are longer than what is beside or below them.
function written(one, { across, down, plots, room, rows, width }) {
  const { field } = one.encoding?.text ?? {};
  const { mark } = one;
  if (!field) return {};
  const size = mark.fontSize ?? 11;
  const beside = one.encoding.x?.value >= width;
  const limit = mark.limit ? room - 24 - (mark.dx ?? 0) : beside ? room * TEXT_ROOM : plots;
  const known = said(rows, field);
  const longest = Math.max(0, ...known.map((text) => Math.max(...text.split("\n").map((line) => wide(line, size, mark.fontWeight)))));
  if (known.length ? longest <= limit : !mark.limit) return {};
  const name = `${field} in lines`;
  const calculate = wrapping(`datum['${field.replaceAll("'", "\\'")}']`, limit / (size * (mark.fontWeight === "bold" ? 0.62 : 0.56)));
  const encoding = encoded(one.encoding, { across, down, plots: room, tall: room, room, rows });
  return { mark: { ...mark, limit: room, lineHeight: size + 2 }, transform: [...(one.transform ?? []), { calculate, as: name }], encoding: { ...encoding, text: { field: name, type: "nominal" } } };
}

// A specification for a picture of a width, its plots of so many pixels.
function forWidth(spec, plots, room) {
  const found = narrowed(spec, plots, room, data(spec).flat());
  if (spec.title) found.title = { ...titled(spec.title, room - 4, spec.config?.title?.fontSize ?? 13), frame: "bounds" };
  found.config = { ...spec.config, axis: { ...spec.config?.axis, labelSeparation: 5 } };
  return found;
}

// Moves words that would lie on others or on marks, or leave their plot, as little as it takes: in a
// narrow picture they come closer. Words that a picture can do without (not read out) are left out
// where there is no room.
function apart(svg) {
  const scale = svg.viewBox.baseVal.width / svg.getBoundingClientRect().width;
  const marks = taken(svg);
  const words = [];
  for (const text of svg.querySelectorAll(".role-mark.mark-text text")) {
    const box = text.getBoundingClientRect();
    if (!box.width) continue;
    const edge = edgeOf(text, box, svg);
    const near = nearest(box, edge, [...marks, ...words], REACH);
    if (!near && text.closest("[aria-hidden]")) {
      text.remove();
      continue;
    }
    const [across, down] = near ?? nearest(box, edge, words, Infinity) ?? [back(box, edge), 0];
    words.push(moved(box, across, down));
    if (across || down) text.setAttribute("transform", `translate(${across * scale},${down * scale}) ${text.getAttribute("transform") ?? ""}`);
  }
}

// The small boxes that points and lines take up.
function taken(svg) {
  const small = ({ width, height }) => width > 0 && Math.min(width, height) < 20 && Math.max(width, height) < 30;
  const points = [...svg.querySelectorAll(".role-mark:is(.mark-symbol, .mark-rect) path")].map((one) => one.getBoundingClientRect());
  const lines = [...svg.querySelectorAll(".role-mark.mark-rule line, .role-mark.mark-line path")];
  return [...points.filter(small), ...lines.flatMap(along)];
}

function along(line) {
  const steps = Math.ceil(line.getTotalLength() / LINE_STEP);
  const onScreen = line.getScreenCTM();
  return [...Array(steps + 1).keys()].map((n) => {
    const { x, y } = line.getPointAtLength(n * LINE_STEP).matrixTransform(onScreen);
    return { left: x - 1, right: x + 1, top: y - 1, bottom: y + 2 };
  });
}

// Words inside a plot stay in it, others in the picture.
function edgeOf(text, box, svg) {
  const plot = text.closest(".role-frame, .role-scope")?.querySelector(".background")?.getBoundingClientRect();
  const middle = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  const inside = plot && middle[0] > plot.left && middle[0] < plot.right && middle[1] > plot.top && middle[1] < plot.bottom;
  const { left, right, top, bottom } = svg.getBoundingClientRect();
  return { left: inside ? plot.left : left, right, top: inside ? plot.top : top, bottom: inside ? plot.bottom : bottom };
}

const moved = (box, across, down) => ({ left: box.left + across, right: box.right + across, top: box.top + down, bottom: box.bottom + down });
const touching = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom - 1 && b.top < a.bottom - 1;
const back = (box, edge) => Math.min(0, edge.right - box.right) + Math.max(0, edge.left - box.left);

// The shortest way, of at most `reach` pixels, by which a box comes inside an edge and off all that is there, if there is one.
function nearest(box, edge, there, reach) {
  const steps = [...Array(40).keys()].flatMap((n) => [n * 4, -n * 4]);
  const aside = [0, -8, 8, -box.width / 2, box.width / 2, -box.width, -box.width - 16];
  const places = aside.flatMap((across) => steps.map((down) => [across + back(box, edge), down]));
  const free = ([across, down]) => {
    const at = moved(box, across, down);
    const within = at.left >= edge.left - 1 && at.right <= edge.right + 1 && at.top >= edge.top - 1 && at.bottom <= edge.bottom + 1;
    return within && !there.some((one) => touching(at, one));
  };
  return places.filter((way) => Math.abs(way[1]) <= reach).sort((a, b) => Math.hypot(...a) - Math.hypot(...b)).find(free);
}
