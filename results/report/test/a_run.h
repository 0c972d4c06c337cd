// A small run folder with one stale read, for tests of its report.
#pragma once

#include <filesystem>
#include <string>

#include "base/file.h"
#include "base/json.h"
#include "results/history_json.h"
#include "results/run_folder.h"

namespace quorate {

inline constexpr const char* kStaleHistory =
    R"({"index":0,"time":0,"process":"harness","type":"info","f":"phase","value":"load"}
{"index":1,"time":1000000,"process":0,"type":"invoke","f":"write","key":"k1","value":"old","node":"n1","r":1,"w":1}
{"index":2,"time":2000000,"process":0,"type":"ok","f":"write","key":"k1","value":"old","node":"n1","version":"1.a.1","replicas":["n1"],"r":1,"w":1}
{"index":3,"time":2500000,"process":"nemesis","type":"invoke","f":"inject-kill","value":{"nodes":["n2"]}}
{"index":4,"time":3000000,"process":"nemesis","type":"ok","f":"inject-kill","value":{"nodes":["n2"],"pids":[7]}}
{"index":5,"time":4000000,"process":1,"type":"invoke","f":"write","key":"k1","value":"new","node":"n2","r":1,"w":1}
{"index":6,"time":5000000,"process":1,"type":"ok","f":"write","key":"k1","value":"new","node":"n2","r":1,"w":1}
{"index":7,"time":6000000,"process":0,"type":"invoke","f":"read","key":"k1","value":null,"node":"n1","r":1,"w":1}
{"index":8,"time":8000000,"process":0,"type":"ok","f":"read","key":"k1","value":"old","node":"n1","r":1,"w":1}
{"index":9,"time":8000000,"process":2,"type":"invoke","f":"write","key":"k2","value":"lost","node":"n3","r":1,"w":1}
{"index":10,"time":9000000,"process":"nemesis","type":"invoke","f":"heal-kill","value":null}
{"index":11,"time":9500000,"process":"nemesis","type":"ok","f":"heal-kill","value":null}
{"index":12,"time":10000000,"process":3,"type":"invoke","f":"read","key":"k2","value":null,"node":"n3","r":1,"w":1}
{"index":13,"time":11000000,"process":3,"type":"fail","f":"read","key":"k2","error":"refused & gone","node":"n3","r":1,"w":1}
{"index":14,"time":20000000,"process":"harness","type":"info","f":"replicas-apart","value":{"keys":1,"records":2}}
)";

inline Json test_json() {
  return Json{{"nodes", 3},
              {"n", 3},
              {"r", 1},
              {"w", 1},
              {"workload", "register"},
              {"mode", "coordinator"},
              {"read-mode", "none"},
              {"nemesis", {"kill"}},
              {"seed", 7},
              {"environment",
               {{"started", "2026-11-26T09:51:06Z"}, {"command", "quorate run --r 1 --w 1"}}}};
}

inline Json results_json() {
  const Json violation{{"property", "latest"},
                       {"anomaly", "stale read"},
                       {"key", "k1"},
                       {"ops", {0, 1, 2}},
                       {"lines", {"stale read of key \"k1\"", "the value <old> & done"}}};
  return Json{{"outcome", "violation"},
              {"sentence", "broken although promised: latest"},
              {"properties",
               {{{"property", "latest"},
                 {"promised", true},
                 {"standing", "broken"},
                 {"violation_count", 3},
                 {"violations", {violation}}},
                {{"property", "no-dirty-read"}, {"promised", true}, {"standing", "held"}},
                {{"property", "converges"},
                 {"promised", true},
                 {"standing", "undecided"},
                 {"reason", "a node did not answer"}},
                {{"property", "linearizable"},
                 {"promised", false},
                 {"standing", "broken"},
                 {"violation_count", 1},
                 {"violations", {violation}}},
                {{"property", "causal"}, {"promised", false}, {"standing", "not checked"}}}},
              {"measures", {{"exercised", {{"faults", {{"kill", {{"injected", 1}}}}}}}}},
              {"exit-code", 1}};
}

// Writes it into `path`, which must not exist.
inline RunFolder write_run(const std::filesystem::path& path) {
  RunFolder folder = RunFolder::create(path, false).value();
  folder.write_json("test.json", test_json()).value();
  folder.write_json("results.json", results_json()).value();
  write_file_atomically(folder.history_path(), kStaleHistory).value();
  make_directories(path / "pictures").value();
  write_file_atomically(path / "pictures" / "latest-1-stale-read.svg", "<svg>stale</svg>").value();
  write_file_atomically(path / "pictures" / "available-after-heal-2-unavailable.svg", "<svg/>")
      .value();
  return folder;
}

}  // namespace quorate
