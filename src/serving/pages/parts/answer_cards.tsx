/**
 * The answer in three figures.
 *
 * @module
 */

/** One figure of an answer. */
export interface Card {
  readonly term: string;
  readonly figure: string;
  readonly detail: string;
}

/** Three figures side by side. */
export function AnswerCards({ cards }: { readonly cards: readonly Card[] }) {
  return (
    <dl class="answer">
      {cards.map(({ term, figure, detail }) => (
        <div>
          <dt>{term}</dt>
          <dd class="figure">{figure}</dd>
          <dd class="detail">{detail}</dd>
        </div>
      ))}
    </dl>
  );
}
