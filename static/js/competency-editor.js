// Competency editor: add, move and remove indicator rows without a round trip. Without it the same buttons post the form.
"use strict";
(() => {
  const form = document.querySelector("[data-editor]");
  if (!form) return;

  const rowsOf = (box) => [...box.querySelectorAll("[data-row]")];

  function renumber(box) {
    const level = box.dataset.rows;
    rowsOf(box).forEach((row, at) => {
      row.querySelector("textarea").setAttribute("aria-label", `Level ${level}, indicator ${at + 1}`);
      row.querySelector("[data-move=up]").value = `up-${level}-${at}`;
      row.querySelector("[data-move=remove]").value = `remove-${level}-${at}`;
    });
  }

  function emptied(row) {
    const fresh = row.cloneNode(true);
    const text = fresh.querySelector("textarea");
    text.value = text.defaultValue = "";
    text.classList.remove("is-invalid");
    text.removeAttribute("aria-describedby");
    fresh.querySelectorAll(".field-error").forEach((error) => error.remove());
    return fresh;
  }

  const moves = {
    add(box) {
      const rows = rowsOf(box);
      const fresh = emptied(rows.at(-1));
      rows.at(-1).after(fresh);
      return fresh.querySelector("textarea");
    },
    up(box, row) {
      const before = row.previousElementSibling;
      if (before?.matches("[data-row]")) before.before(row);
      return row.querySelector("[data-move=up]");
    },
    remove(box, row) {
      if (rowsOf(box).length === 1) {
        row.replaceWith(emptied(row));
      } else {
        row.remove();
      }
      return rowsOf(box)[0].querySelector("textarea");
    },
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    event.preventDefault();
    const box = button.closest("[data-rows]");
    const focus = moves[button.dataset.move](box, button.closest("[data-row]"));
    renumber(box);
    focus.focus();
  });
})();
