// The goal tree by arrow keys, as the WAI-ARIA tree pattern says, open on paper. Without it branches are details and links.
"use strict";
(() => {
  const items = (tree) => [...tree.querySelectorAll("li[role=treeitem]")];
  const shown = (tree) => items(tree).filter((item) => !item.closest("details:not([open])"));
  const branch = (item) => item.querySelector(":scope > details");
  const link = (item) => item.querySelector(":scope > .node a.title, :scope > a");
  let count = 0;

  function dress(tree) {
    tree.setAttribute("role", "tree");
    tree.setAttribute("aria-label", tree.dataset.tree);
    for (const list of tree.querySelectorAll("ul")) list.setAttribute("role", "group");
    for (const item of tree.querySelectorAll("li:not([role])")) {
      item.setAttribute("role", "treeitem");
      item.tabIndex = -1;
      const parts = [link(item), item.querySelector(":scope > .node .status")].filter(Boolean);
      for (const part of parts) part.id ||= `tree-${(count += 1)}`;
      item.setAttribute("aria-labelledby", parts.map((part) => part.id).join(" "));
    }
    for (const item of items(tree)) {
      let level = 1;
      for (let up = item.parentElement; up !== tree; up = up.parentElement) level += up.matches("li") ? 1 : 0;
      item.setAttribute("aria-level", level);
      const below = branch(item);
      if (below) item.setAttribute("aria-expanded", below.open);
      for (const inner of item.querySelectorAll(":scope > .node a, :scope > a, :scope > details > summary")) inner.tabIndex = -1;
    }
    if (!tree.querySelector("li[tabindex='0']") && items(tree)[0]) items(tree)[0].tabIndex = 0;
  }

  function go(tree, item) {
    if (!item) return;
    for (const one of tree.querySelectorAll("li[tabindex='0']")) one.tabIndex = -1;
    item.tabIndex = 0;
    item.focus();
  }

  function open(item, isOpen) {
    branch(item).open = isOpen;
    item.setAttribute("aria-expanded", isOpen);
  }

  function type(tree, item, letter) {
    const all = shown(tree);
    const from = all.indexOf(item) + 1;
    const next = [...all.slice(from), ...all.slice(0, from)];
    go(tree, next.find((one) => link(one)?.textContent.trim().toLowerCase().startsWith(letter)));
  }

  function key(tree, event) {
    const item = event.target.closest("li[role=treeitem]");
    if (!item || event.altKey || event.ctrlKey || event.metaKey) return;
    const isItem = event.target === item;
    const all = shown(tree);
    const here = all.indexOf(item);
    const below = branch(item);
    const back = getComputedStyle(tree).direction === "rtl" ? "ArrowRight" : "ArrowLeft";
    const on = back === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
    if (event.key === "ArrowDown") go(tree, all[here + 1]);
    else if (event.key === "ArrowUp") go(tree, all[here - 1]);
    else if (event.key === "Home") go(tree, all[0]);
    else if (event.key === "End") go(tree, all.at(-1));
    else if (event.key === on && below && !below.open) open(item, true);
    else if (event.key === on && below) go(tree, below.querySelector("li[role=treeitem]"));
    else if (event.key === back && below?.open) open(item, false);
    else if (event.key === back) go(tree, item.parentElement.closest("li[role=treeitem]"));
    else if (event.key === "Enter" && isItem) link(item)?.click();
    else if (event.key === " " && isItem && below) open(item, !below.open);
    else if (event.key.length === 1 && event.key !== " " && isItem) type(tree, item, event.key.toLowerCase());
    else return;
    event.preventDefault();
  }

  const trees = [...document.querySelectorAll("[data-tree]")];
  for (const tree of trees) {
    dress(tree);
    tree.addEventListener("keydown", (event) => key(tree, event));
    tree.addEventListener("toggle", (event) => event.target.parentElement.setAttribute("aria-expanded", event.target.open), true);
  }
  document.addEventListener("htmx:afterSettle", () => trees.forEach(dress));

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("[data-tree] details:not([open])")].filter((one) => one.querySelector("li .node"));
    for (const one of opened) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of opened) one.open = false;
  });
})();
