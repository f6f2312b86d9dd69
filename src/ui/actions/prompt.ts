/** Asking the user for one value: a small store that a component of the app shows as a field. */
import { create } from "zustand";

export interface Question {
  readonly title: string;
  readonly value: string;
  readonly type: "text" | "number";
  readonly answer: (value: string | null) => void;
}

export const useQuestion = create<{ readonly question: Question | null }>()(() => ({ question: null }));

/** Resolves to what was typed, or null when it was called off. */
export function prompt(title: string, value: string, type: Question["type"]): Promise<string | null> {
  useQuestion.getState().question?.answer(null);
  return new Promise((resolve) => {
    const answer = (typed: string | null): void => {
      useQuestion.setState({ question: null });
      resolve(typed);
    };
    useQuestion.setState({ question: { title, value, type, answer } });
  });
}
