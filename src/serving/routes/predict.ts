/**
 * Forecasts of single rows.
 *
 * @module
 */
import { answerOne, type Prediction, PREDICTION_SCHEMA } from "@/serving/answer.ts";
import { problemOfKind } from "@/serving/openapi.ts";
import { predictionText } from "@/serving/prediction_text.ts";
import { jsonText, type Routes } from "@/serving/route.ts";
import { demandStep, rowReader, rowSchema } from "@/serving/rows.ts";

const told = (prediction: Prediction) => jsonText(predictionText(prediction));

/** `POST /predict` */
export const predictRoutes: Routes = ({ dataset, models }) => {
  const read = rowReader(dataset);
  return [{
    method: "post",
    path: "/predict",
    tag: "forecast",
    about: "Forecast one series on one date",
    details: "The date must lie in the model's horizon. Planned columns that are left out are as planned (`GET " +
      "/model_info` tells the horizon); those that are given change the plan of that one date. A closed day is forecast as 0.",
    body: rowSchema(dataset),
    answers: {
      200: { about: "The forecast", schema: PREDICTION_SCHEMA },
      404: problemOfKind("There is no such series; names the nearest"),
    },
    handle({ body, id, started, services }) {
      const { id: series, ds, known } = read(body as Readonly<Record<string, unknown>>);
      const model = models.answerer(series), step = demandStep(model, ds);
      const answer = answerOne({ services, id, route: "/predict", started }, model, { id: series, step, known });
      return answer instanceof Promise ? answer.then(told) : told(answer);
    },
  }];
};
