// draw_anomalies FOLDER: writes FOLDER/NAME.svg and FOLDER/NAME.txt for each anomaly: the picture
// and the words of its example. The pictures belong into docs/anomalies/pictures.
#include <fstream>
#include <iostream>

#include "checker/evidence/picture.h"
#include "checker/evidence/test/anomaly_examples.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: draw_anomalies FOLDER\n";
    return 2;
  }
  for (const quorate::AnomalyName& name : quorate::kAnomalies) {
    const quorate::AnomalyExample example = quorate::example_of(name.anomaly);
    const std::string path = std::string(argv[1]) + "/" + std::string(name.page);
    std::ofstream(path + ".svg") << quorate::to_svg(example.history, example.violation);
    std::ofstream(path + ".txt") << quorate::printed(example.violation);
  }
  return 0;
}
