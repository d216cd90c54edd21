// A shared device: a minute without a touch, and the page starts anew for the next person. Without it the link "Finish" does.
"use strict";
(() => {
  const bar = document.querySelector("[data-kiosk]");
  if (!bar) return;
  const seconds = Number(bar.dataset.seconds);
  let timer;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => location.replace(bar.dataset.kiosk), seconds * 1000);
  };
  for (const event of ["pointerdown", "keydown", "input", "scroll"]) addEventListener(event, wait, { passive: true });
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.replace(bar.dataset.kiosk); // "back" must not show the previous person's page
  });
  wait();
})();
