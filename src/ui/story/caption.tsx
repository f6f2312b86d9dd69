/** The newest sentence worth reading, as the biggest text on the screen; and the same for screen readers. */
import { AnimatePresence, LazyMotion, MotionConfig, m } from "framer-motion";
import type { ReactNode } from "react";
import { sceneOf, useCluster } from "../store/cluster-store";
import type { CaptionView } from "../../worker/protocol/protocol";

const loadFeatures = () => import("./motion-features").then((module) => module.features);

/** The newest caption of some weight; a decision is not pushed away by a remark made at the same instant. */
export function captionOf(captions: readonly CaptionView[]): CaptionView | undefined {
  const said = captions.findLast(({ weight }) => weight >= 1);
  if (!said || said.weight === 2) return said;
  const decision = captions.findLast(({ weight }) => weight === 2);
  const STAYS = 1e6;
  return decision && said.at - decision.at < STAYS ? decision : said;
}

/** The sentence with its subject marked where it occurs. */
export function Sentence({ caption }: { readonly caption: CaptionView }): ReactNode {
  const { subject, text } = caption;
  const at = subject === "" ? -1 : text.indexOf(subject);
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <em>{subject}</em>
      {text.slice(at + subject.length)}
    </>
  );
}

export function Caption(): ReactNode {
  const caption = useCluster((state) => captionOf(sceneOf(state)?.captions ?? []));
  return (
    <LazyMotion features={loadFeatures} strict>
      <MotionConfig reducedMotion="user">
        <div aria-live="polite" aria-atomic="true" className="sr-only">
          {caption?.text}
        </div>
        <AnimatePresence mode="wait" initial={false}>
          {caption && (
            <m.p
              key={caption.id}
              className="caption"
              aria-hidden
              data-caption
              initial={{ opacity: 0, y: 6 }}
              animate={{ opacity: 1, y: 0 }}
              exit={{ opacity: 0 }}
              transition={{ duration: 0.16 }}
            >
              <Sentence caption={caption} />
            </m.p>
          )}
        </AnimatePresence>
      </MotionConfig>
    </LazyMotion>
  );
}
