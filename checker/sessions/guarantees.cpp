#include "checker/sessions/guarantees.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace quorate {
namespace {

constexpr std::array<GuaranteeRule, 4> kRules{{
    {Property::kReadYourWrites, Anomaly::kReadYourWrites, true, false},
    {Property::kMonotonicReads, Anomaly::kNonMonotonicRead, false, false},
    {Property::kMonotonicWrites, Anomaly::kNonMonotonicWrite, true, true},
    {Property::kWritesFollowReads, Anomaly::kWriteFollowsRead, false, true},
}};

constexpr std::uint64_t kAloneTag = std::uint64_t{1} << 32;

}  // namespace

const GuaranteeRule* guarantee_rule(Property property) {
  for (const GuaranteeRule& rule : kRules) {
    if (rule.property == property) return &rule;
  }
  return nullptr;
}

GuaranteeJudge::GuaranteeJudge(const SessionSteps& steps, const GuaranteeRule& rule)
    : steps_(steps), rule_(rule), sessions_(steps.sessions()), number_of_step_(steps.size()) {}

StepIndex GuaranteeJudge::value_of(StepIndex step) const {
  return steps_[step].write() ? step : steps_[step].source;
}

GuaranteeJudge::Session& GuaranteeJudge::session_of(const Step& step) {
  Session& session = sessions_[step.session];
  if (session.stamp != stamp_) {
    session = Session();
    session.stamp = stamp_;
  }
  return session;
}

Judgement GuaranteeJudge::by_versions(std::uint32_t key) {
  ++stamp_;
  Judgement judgement;
  for (const StepIndex index : steps_.of_key(key)) {
    if (is_to(steps_[index])) judge_version(index, &judgement);
    if (!is_from(steps_[index]) || value_of(index) == kInitialStep) continue;
    Session& session = session_of(steps_[index]);
    const std::uint32_t version = steps_.version(value_of(index));
    if (version == 0) {
      const bool first = session.untold == kNoStep;
      session.untold_differ |= !first && value_of(session.untold) != value_of(index);
      session.untold = index;
    } else if (version >= session.version) {
      session.version = version;
      session.earlier = index;
    }
  }
  return judgement;
}

// `index` is the later step of a demand.
void GuaranteeJudge::judge_version(StepIndex index, Judgement* judgement) {
  const Session& session = session_of(steps_[index]);
  if (session.earlier == kNoStep && session.untold == kNoStep) return;
  const StepIndex value = value_of(index);
  const bool initial = value == kInitialStep;
  const std::uint32_t version = initial ? 0 : steps_.version(value);
  // Nothing is older than the initial value, so that needs no versions.
  const StepIndex witness =
      session.earlier == kNoStep && initial ? session.untold : session.earlier;
  if (witness != kNoStep && (initial || (version != 0 && version < session.version))) {
    judgement->broken.push_back({witness, index});
    judgement->tags.push_back(kAloneTag + value);
    return;
  }
  // One's own value again asks nothing.
  const bool same =
      session.untold != kNoStep && !session.untold_differ && value_of(session.untold) == value;
  if ((version == 0 && !(same && session.earlier == kNoStep)) ||
      (session.untold != kNoStep && !same)) {
    judgement->undecided = true;
  }
}

Judgement GuaranteeJudge::by_order(std::uint32_t key, const std::vector<CausalEdge>* causal) {
  ++stamp_;
  Judgement judgement;
  number_values(key, causal == nullptr);
  arcs_.clear();
  collect_demands(key, &judgement);
  if (causal != nullptr) {
    for (const CausalEdge& edge : *causal) {
      arcs_.push_back({number_of_step_[edge.before], number_of_step_[edge.after], {}});
    }
  }
  find_cycles(&judgement);
  return judgement;
}

Judgement GuaranteeJudge::by_demands(std::uint32_t key) {
  Judgement judgement;
  number_values(key, false);
  arcs_.clear();
  collect_all_demands(key);
  find_cycles(&judgement);
  return judgement;
}

void GuaranteeJudge::find_cycles(Judgement* judgement) {
  sort_arcs();
  const auto predecessor_of = [this](std::uint32_t node, std::uint32_t i) {
    return predecessor(node, i);
  };
  components_ = strong_components(static_cast<std::uint32_t>(values_.size() + completions_.size()),
                                  predecessor_of);
  collect_broken(judgement);
}

void GuaranteeJudge::number_values(std::uint32_t key, bool real_time) {
  values_.clear();
  completions_.clear();
  completions_before_.clear();
  for (const StepIndex index : steps_.of_key(key)) {
    if (!steps_[index].write()) continue;
    number_of_step_[index] = static_cast<std::uint32_t>(values_.size());
    values_.push_back(index);
    if (real_time && steps_.op(index).outcome == Outcome::kOk) completions_.push_back(index);
  }
  std::sort(completions_.begin(), completions_.end(), [this](StepIndex a, StepIndex b) {
    return steps_.op(a).completed < steps_.op(b).completed;
  });
  std::uint32_t over = 0;
  for (const StepIndex value : values_) {
    while (over < completions_.size() &&
           steps_.op(completions_[over]).completed < steps_.op(value).invoked) {
      ++over;
    }
    completions_before_.push_back(over);
  }
}

void GuaranteeJudge::collect_demands(std::uint32_t key, Judgement* judgement) {
  for (const StepIndex index : steps_.of_key(key)) {
    const StepIndex value = value_of(index);
    Session& session = session_of(steps_[index]);
    if (is_to(steps_[index]) && session.earlier != kNoStep) {
      const Demand demand{session.earlier, index};
      const StepIndex earlier = value_of(session.earlier);
      if (value == kInitialStep) {
        judgement->broken.push_back(demand);
        judgement->tags.push_back(kAloneTag);
      } else if (earlier != value) {
        arcs_.push_back({number_of_step_[earlier], number_of_step_[value], demand});
      }
    }
    if (is_from(steps_[index]) && value != kInitialStep) session.earlier = index;
  }
}

// Without the known order, a demand of the last step does not follow from one of an earlier step.
void GuaranteeJudge::collect_all_demands(std::uint32_t key) {
  const auto steps = steps_.of_key(key);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const StepIndex earlier = value_of(steps[i]);
    if (!is_from(steps_[steps[i]]) || earlier == kInitialStep) continue;
    for (std::size_t j = i + 1; j < steps.size(); ++j) {
      const StepIndex later = value_of(steps[j]);
      if (!is_to(steps_[steps[j]]) || later == kInitialStep || later == earlier) continue;
      if (steps_[steps[i]].session != steps_[steps[j]].session) continue;
      arcs_.push_back(
          {number_of_step_[earlier], number_of_step_[later], Demand{steps[i], steps[j]}});
    }
  }
}

// Of several demands between the same two values the first is looked at first.
void GuaranteeJudge::sort_arcs() {
  std::sort(arcs_.begin(), arcs_.end(), [](const Arc& a, const Arc& b) {
    return std::tie(a.after, a.before, a.demand.later) <
           std::tie(b.after, b.before, b.demand.later);
  });
  arc_begins_.assign(values_.size() + 1, 0);
  for (const Arc& arc : arcs_) ++arc_begins_[arc.after + 1];
  for (std::size_t i = 1; i < arc_begins_.size(); ++i) arc_begins_[i] += arc_begins_[i - 1];
}

std::uint32_t GuaranteeJudge::predecessor(std::uint32_t node, std::uint32_t i) const {
  const auto values = static_cast<std::uint32_t>(values_.size());
  if (node >= values) {
    if (i == 0) return number_of_step_[completions_[node - values]];
    return i == 1 && node > values ? node - 1 : kNoNode;
  }
  const std::uint32_t arcs = arc_begins_[node + 1] - arc_begins_[node];
  if (i < arcs) return arcs_[arc_begins_[node] + i].before;
  const bool chain = i == arcs && completions_before_[node] > 0;
  return chain ? values + completions_before_[node] - 1 : kNoNode;
}

void GuaranteeJudge::collect_broken(Judgement* judgement) {
  std::vector<const Arc*> inside;  // of a component
  for (const Arc& arc : arcs_) {
    const std::uint32_t component = components_.component[arc.before];
    if (component != components_.component[arc.after] || arc.demand.later == kNoStep) continue;
    inside.push_back(&arc);
  }
  std::stable_sort(inside.begin(), inside.end(),
                   [](const Arc* a, const Arc* b) { return a->demand.later < b->demand.later; });
  std::vector<bool> goes_back(components_.count(), false);
  const auto report = [&](const Arc& arc) {
    goes_back[components_.component[arc.before]] = true;
    judgement->broken.push_back(arc.demand);
    judgement->tags.push_back(components_.component[arc.before]);
  };
  for (const Arc* arc : inside) {
    if (arc->before > arc->after) report(*arc);
  }
  // Where causality itself runs against the log, no demand of a cycle need go back.
  for (const Arc* arc : inside) {
    if (!goes_back[components_.component[arc->before]]) report(*arc);
  }
}

std::vector<Hop> GuaranteeJudge::cycle(const Demand& demand) {
  const StepIndex earlier = value_of(demand.earlier);
  const StepIndex later = value_of(demand.later);
  if (later == kInitialStep) return {};
  const auto nodes = static_cast<std::uint32_t>(components_.component.size());
  const auto values = static_cast<std::uint32_t>(values_.size());
  const std::uint32_t component = components_.component[number_of_step_[earlier]];
  const std::vector<std::uint32_t> path = PathFinder(nodes).find(
      number_of_step_[later], number_of_step_[earlier],
      [this](std::uint32_t node, std::uint32_t i) { return predecessor(node, i); },
      [values](std::uint32_t, std::uint32_t node) { return node < values ? 1U : 0U; },
      [&](std::uint32_t node) { return components_.component[node] == component; });
  std::vector<Hop> hops = {{earlier, later, demand}};
  std::uint32_t last = path.front();
  for (std::size_t i = 1; i < path.size(); ++i) {
    if (path[i] >= values) continue;
    Hop hop{values_[last], values_[path[i]], std::nullopt};
    for (std::uint32_t a = arc_begins_[path[i]]; a < arc_begins_[path[i] + 1]; ++a) {
      const bool direct = path[i - 1] == arcs_[a].before && arcs_[a].demand.later != kNoStep;
      if (direct && !hop.demand) hop.demand = arcs_[a].demand;
    }
    hops.push_back(hop);
    last = path[i];
  }
  return hops;
}

}  // namespace quorate
