/* Parts of a page that keep themselves up to date: <section id="run" data-refresh="/where/it/comes/from">.

   The address answers with a page, or a piece of one, that has an element of the same id. It replaces the part; once
   the fresh one has no data-refresh, that was the last time. Nothing is asked for while nobody looks at the page.
   A form with data-confirm asks before it is sent. */

"use strict";

(() => {
    const PAUSE = 2000;

    /* What the reader has opened, ticked or focused stays so. */
    function keep(old, fresh) {
        const twin = (element) => element.id && fresh.querySelector(`#${CSS.escape(element.id)}`);
        for (const details of old.querySelectorAll("details[id]")) {
            const other = twin(details);
            if (other) other.open = details.open;
        }
        for (const box of old.querySelectorAll("input[type=checkbox][id]")) {
            const other = twin(box);
            if (other) other.checked = box.checked;
        }
        return old.contains(document.activeElement) && twin(document.activeElement);
    }

    async function refresh(part) {
        const response = await fetch(part.dataset.refresh, { cache: "no-store" });
        if (response.redirected) return window.location.reload(); // to the login
        if (!response.ok) throw new Error(`${response.status}`);
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        const fresh = page.getElementById(part.id);
        const focused = keep(part, fresh);
        part.replaceWith(fresh);
        if (focused) focused.focus({ preventScroll: true });
    }

    async function round() {
        for (const part of document.querySelectorAll("[data-refresh]")) {
            // A button that is being pressed must not vanish under the finger.
            if (document.hidden || part.querySelector(":active")) continue;
            try {
                await refresh(part);
            } catch {
                part.dataset.stale = "";
            }
        }
        if (document.querySelector("[data-refresh]")) setTimeout(round, PAUSE);
    }

    document.addEventListener("submit", (event) => {
        const question = event.target.dataset.confirm;
        if (question && !window.confirm(question)) event.preventDefault();
    });
    document.addEventListener("DOMContentLoaded", () => setTimeout(round, PAUSE));
})();
