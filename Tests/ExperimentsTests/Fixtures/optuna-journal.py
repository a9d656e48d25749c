"""Makes optuna-journal.log: what Optuna 5.0.0 itself writes of the study in OptunaJournalTests.

Only its clock and the identifier of the worker are replaced.
"""
import datetime
import os
import re

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.storages.journal import _storage as module
from optuna.trial import TrialState

path = "optuna-journal.log"


class Clock(datetime.datetime):
    seconds = 0.0

    @classmethod
    def now(cls, tz=None):
        return datetime.datetime.fromtimestamp(cls.seconds, tz)


module.datetime = Clock
if os.path.exists(path):
    os.remove(path)
storage = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(path))
study = optuna.create_study(study_name='β "sweep"', direction="maximize", storage=storage)
study.set_metric_names(["validation/elbo"])
identifier = study._study_id


def begin(time):
    Clock.seconds = time
    return storage.create_new_trial(identifier)


def end(trial, state, values, time):
    Clock.seconds = time
    storage.set_trial_state_values(trial, state, values)


def parameter(trial, name, value, distribution):
    storage.set_trial_param(trial, name, distribution.to_internal_repr(value), distribution)


rates = FloatDistribution(1e-5, 1, log=True)
latents = IntDistribution(64, 1000, step=128)
families = CategoricalDistribution(["poisson", "é\\\x7f\n", 3, 0.5, True])
first = begin(1764098000.25)
parameter(first, "optimizer.learning_rate", 0.002, rates)
parameter(first, "model.latents", 192, latents)
parameter(first, "model.family", "poisson", families)
parameter(first, "training.beta", -0.5, FloatDistribution(-1, 2))
parameter(first, "data.batch", 8, IntDistribution(1, 512, log=True))
storage.set_trial_intermediate_value(first, 100, -170.5)
second = storage.create_new_trial(identifier, optuna.trial.create_trial(state=TrialState.WAITING))
third = begin(1764098000.500001)
parameter(third, "model.family", True, families)
storage.set_trial_intermediate_value(third, 100, float("nan"))
Clock.seconds = 1764098001.0
storage.set_trial_state_values(second, TrialState.RUNNING)
parameter(second, "model.family", 0.5, families)
storage.set_trial_intermediate_value(first, 200, -160.25)
storage.set_trial_user_attr(first, "folder", "trials/0000")
storage.set_trial_user_attr(first, "seconds", 12.5)
storage.set_trial_user_attr(first, "retries", 1)
end(first, TrialState.COMPLETE, [-160.25], 1764101600.999999)
end(third, TrialState.FAIL, None, 1764101601.0)
storage.set_trial_intermediate_value(second, 100, float("-inf"))
end(second, TrialState.PRUNED, [-1e300], 1764188000.0)
begin(1764188000.0)

with open(path, encoding="utf-8") as file:
    text = file.read()
with open(path, "w", encoding="utf-8") as file:
    file.write(re.sub('"worker_id":"[^"]*"', '"worker_id":"shoal"', text))
