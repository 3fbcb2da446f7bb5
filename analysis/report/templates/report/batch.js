// Sorts the table by the head that is pressed, and hides the rows that do not hold what is typed.
{
  const table = document.getElementById("runs");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  const sift = document.getElementById("sift");

  // Numbers before texts, and what is missing last, whichever way it is sorted.
  const order = (one, other, sign) => {
    if (one === "" || other === "") return (one === "") - (other === "");
    const numbers = [one, other].map(Number);
    return sign * (numbers.some(Number.isNaN) ? one.localeCompare(other) : numbers[0] - numbers[1]);
  };

  const sort = (column) => {
    const before = heads[column].ariaSort;
    const sign = before === "ascending" ? -1 : 1;
    heads.forEach((head, at) => head.setAttribute("aria-sort", at !== column ? "none" : sign === 1 ? "ascending" : "descending"));
    const by = (row) => row.cells[column].dataset.by;
    body.append(...[...rows].sort((a, b) => order(by(a), by(b), sign)));
  };

  const filter = () => {
    const words = sift.value.toLowerCase().split(/\s+/).filter(Boolean);
    rows.forEach((row) => { row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word)); });
    document.getElementById("shown").textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length} shown`;
  };

  heads.forEach((head, column) => head.querySelector("button").addEventListener("click", () => sort(column)));
  sift.addEventListener("input", filter);
}
