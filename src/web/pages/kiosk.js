"use strict";
(function () {
    const root = document.documentElement.dataset;
    const form = document.getElementById("say");
    const told = document.getElementById("told");

    form.addEventListener("submit", async function (event) {
        event.preventDefault();
        const message = {
            id: crypto.randomUUID ? crypto.randomUUID() : String(Date.now()) + Math.random(),
            text: form.elements.text.value,
            lang: root.language,
            sent_at: new Date().toISOString(),
        };
        try {
            const answer = await fetch("/t/" + encodeURIComponent(root.tag) + "?c=" + root.check, {
                method: "POST",
                headers: { "Content-Type": "application/json" },
                body: JSON.stringify(message),
            });
            if (!answer.ok)
                throw new Error(answer.status);
            const given = await answer.json();
            form.reset();
            told.textContent = "Tak, vi har fået din besked. / Thank you, we have your message. ";
            const link = document.createElement("a");
            link.href = "/s/" + given.reference;
            link.textContent = "Følg den / Follow it";
            told.append(link);
        } catch (failure) {
            told.textContent = "Det gik ikke. Prøv igen. / That did not work. Please try again.";
        }
    });
})();
