// What stands below a picture: to keep it as a file, to see its numbers.

// A row below a picture: to keep it as a file, to see its numbers.
function kept(figure, spec, words) {
  const row = made("div", "kept");
  const name = words.toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, 60).replace(/^-|-$/g, "") || "picture";
  for (const [kind, file] of [["SVG", asSvg], ["PNG", asPng]]) {
    const button = made("button", "", kind);
    button.type = "button";
    button.setAttribute("aria-label", `${kind}: save the picture: ${words}`);
    button.addEventListener("click", async () => offer(`${name}.${kind.toLowerCase()}`, await file(figure.querySelector("svg"))));
    row.append(button);
  }
  const tables = made("details", "numbers");
  const summary = made("summary", "", "table");
  summary.setAttribute("aria-label", `table: the numbers of the picture: ${words}`);
  tables.append(summary);
  tables.addEventListener("toggle", () => tables.append(...data(spec).filter((rows) => rows.length).map(table)), { once: true });
  row.append(tables);
  return row;
}

function made(tag, name, text = "") {
  const found = document.createElement(tag);
  if (name) found.className = name;
  found.textContent = text;
  return found;
}

function table(rows) {
  const heads = [...new Set(rows.flatMap((row) => Object.keys(Object(row))))];
  const lines = rows.map((row) => {
    const line = made("tr");
    for (const head of heads) {
      const cell = made("td", "", row[head] ?? "");
      cell.dataset.label = head.replaceAll("_", " ");
      line.append(cell);
    }
    return line;
  });
  const [whole, top, body, first, box] = ["table", "thead", "tbody", "tr", "div"].map((tag) => made(tag));
  for (const head of heads) {
    const cell = made("th", "", head.replaceAll("_", " "));
    cell.scope = "col";
    first.append(cell);
  }
  top.append(first);
  body.append(...lines);
  whole.append(top, body);
  box.append(whole);
  box.className = "table scroll";
  box.tabIndex = 0;
  return box;
}

function asSvg(svg) {
  return new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" });
}

async function asPng(svg) {
  const image = new Image();
  // a data address: the policy of the page allows no other for a picture
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [2 * image.width, 2 * image.height];
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

function offer(name, file) {
  const link = document.createElement("a");
  [link.href, link.download] = [URL.createObjectURL(file), name];
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
