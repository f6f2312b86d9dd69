/** One field that asks for one value, in the middle below the top bar; the cluster goes on meanwhile. */
import { useEffect, useRef } from "react";
import type { FormEvent, ReactNode } from "react";
import { MOST_REPLICAS } from "../actions/pod-actions";
import { useQuestion } from "../actions/prompt";
import { Button } from "../components/button";
import { text } from "../i18n/en";

export function QuestionField(): ReactNode {
  const question = useQuestion((state) => state.question);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (question) field.current?.select();
  }, [question]);
  if (!question) return null;
  const { title, value, type, answer } = question;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    answer(field.current?.value ?? "");
  };
  return (
    <form
      className="panel fixed left-1/2 top-14 z-50 grid w-[380px] max-w-[94vw] -translate-x-1/2 gap-3 p-4"
      onSubmit={submit}
      onKeyDown={(event) => event.key === "Escape" && answer(null)}
      aria-label={title}
    >
      <label className="grid gap-2 font-semibold">
        {title}
        <input
          key={title}
          ref={field}
          className="field w-full"
          defaultValue={value}
          {...(type === "number" ? { type, min: 0, max: MOST_REPLICAS, required: true } : { type })}
        />
      </label>
      <div className="flex justify-end gap-2">
        <Button onClick={() => answer(null)}>{text.ask.cancel}</Button>
        <Button tone="primary" type="submit">
          {text.ask.ok}
        </Button>
      </div>
    </form>
  );
}
