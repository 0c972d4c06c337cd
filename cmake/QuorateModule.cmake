# How a module is declared. Sources and tests are listed by hand; a file that nobody lists is an error.
#
#   quorate_module(NAME  SOURCES a.cpp …  LINK libs…)        a static library quorate_NAME
#   quorate_module_part(NAME SOURCES c.cpp …)                more sources of that library, from a folder below
#   quorate_buggy_twin(NAME SOURCES b.cpp … LINK libs…)      the same again with planted bugs, and b.cpp
#   quorate_program(NAME SOURCES main.cpp …  LINK libs…)     an executable bin/NAME
#   quorate_tests(NAME   SOURCES x_test.cpp …  LINK libs…  LABEL unit|e2e  TIMEOUT seconds)
#   quorate_fuzzer(NAME  SOURCES x_fuzz.cpp …  LINK libs…)   bin/NAME_fuzz, where QUORATE_FUZZ is on

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)  # clang-tidy reads them
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
option(QUORATE_WERROR "Treat warnings as errors" OFF)
set(QUORATE_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=")

option(QUORATE_FUZZ "Build the libFuzzer programs (needs clang)" OFF)

find_program(CCACHE ccache)
if(CCACHE)
  # Paths are relative, so that another clone of the same sources finds what this one compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
      "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime "${CCACHE}")
endif()

add_library(quorate_options INTERFACE)
set(QUORATE_CHECKER_HEADERS include/quorate-checker)  # where InstallChecker.cmake puts them
target_include_directories(quorate_options INTERFACE "$<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}>"
                           "$<INSTALL_INTERFACE:${QUORATE_CHECKER_HEADERS}>")
target_compile_features(quorate_options INTERFACE cxx_std_20)
set(warnings -Wall -Wextra -Wpedantic -Wshadow
                       -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough
                       -Wno-missing-field-initializers  # designated initialisers name what they set
                       # GCC 12 at -O2 and above: overlap in string + string (bug 105651), and
                       # uninitialised parts in temporaries that hold a string.
                       $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
                       $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
target_compile_options(quorate_options INTERFACE "$<BUILD_INTERFACE:${warnings}>")
if(QUORATE_WERROR)
  target_compile_options(quorate_options INTERFACE "$<BUILD_INTERFACE:-Werror>")
endif()
if(QUORATE_SANITIZE)
  target_compile_options(quorate_options INTERFACE -fsanitize=${QUORATE_SANITIZE}
                         -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(quorate_options INTERFACE -fsanitize=${QUORATE_SANITIZE})
endif()

function(quorate_list_sources)
  foreach(source ${ARGN})
    set_property(GLOBAL APPEND PROPERTY QUORATE_LISTED "${CMAKE_CURRENT_SOURCE_DIR}/${source}")
  endforeach()
endfunction()

function(quorate_module name)
  cmake_parse_arguments(M "" "" "SOURCES;LINK" ${ARGN})
  quorate_list_sources(${M_SOURCES})
  add_library(quorate_${name} STATIC ${M_SOURCES})
  target_link_libraries(quorate_${name} PUBLIC quorate_options ${M_LINK})
endfunction()

function(quorate_module_part name)
  cmake_parse_arguments(M "" "" "SOURCES" ${ARGN})
  quorate_list_sources(${M_SOURCES})
  list(TRANSFORM M_SOURCES PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/")
  target_sources(quorate_${name} PRIVATE ${M_SOURCES})
endfunction()

# The same sources once more, with the planted bugs (node/core/planted_bugs.h): quorate_NAME_buggy.
function(quorate_buggy_twin name)
  cmake_parse_arguments(M "" "" "SOURCES;LINK" ${ARGN})
  get_target_property(sources quorate_${name} SOURCES)
  quorate_list_sources(${M_SOURCES})
  add_library(quorate_${name}_buggy STATIC ${sources} ${M_SOURCES})
  target_compile_definitions(quorate_${name}_buggy PUBLIC QUORATE_PLANTED_BUGS)
  target_compile_options(quorate_${name}_buggy PRIVATE $<$<CONFIG:Release>:-O1>)
  target_link_libraries(quorate_${name}_buggy PUBLIC quorate_options ${M_LINK})
endfunction()

function(quorate_program name)
  cmake_parse_arguments(M "" "" "SOURCES;LINK" ${ARGN})
  quorate_list_sources(${M_SOURCES})
  add_executable(${name} ${M_SOURCES})
  target_link_libraries(${name} PRIVATE quorate_options ${M_LINK})
endfunction()

# One test program for a module. Each TEST becomes one ctest entry, so that ctest -R finds it by its sentence.
function(quorate_tests name)
  cmake_parse_arguments(M "" "LABEL;TIMEOUT" "SOURCES;LINK" ${ARGN})
  quorate_list_sources(${M_SOURCES})
  add_executable(${name}_test ${M_SOURCES})
  target_link_libraries(${name}_test PRIVATE quorate_options ${M_LINK} GTest::gmock_main)
  # What is tested is optimised in full; the tests themselves compile twice as fast like this.
  target_compile_options(${name}_test PRIVATE $<$<CONFIG:Release>:-O1>)
  include(GoogleTest)
  set(serial FALSE)
  if(M_LABEL STREQUAL "e2e")  # whole clusters: they measure time, and need the processors to themselves
    set(serial TRUE)
  endif()
  gtest_discover_tests(${name}_test TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60
                       PROPERTIES LABELS ${M_LABEL} TIMEOUT ${M_TIMEOUT} RUN_SERIAL ${serial}
                       ENVIRONMENT "QUORATE_BIN=${CMAKE_BINARY_DIR}/bin")  # the test presets set more: it takes but one
endfunction()

# Everything is instrumented, and only the fuzzers bring libFuzzer's main().
if(QUORATE_FUZZ)
  target_compile_options(quorate_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
function(quorate_fuzzer name)
  cmake_parse_arguments(M "" "" "SOURCES;LINK" ${ARGN})
  quorate_list_sources(${M_SOURCES})
  if(NOT QUORATE_FUZZ)
    return()
  endif()
  add_executable(${name}_fuzz ${M_SOURCES})
  target_link_libraries(${name}_fuzz PRIVATE quorate_options ${M_LINK})
  target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
  add_dependencies(quorate_fuzzers ${name}_fuzz)
endfunction()
if(QUORATE_FUZZ)
  add_custom_target(quorate_fuzzers)
endif()

# Stops the configuration when a .cpp file of the tree belongs to no target.
function(quorate_refuse_unlisted_sources)
  get_property(listed GLOBAL PROPERTY QUORATE_LISTED)
  foreach(folder ${QUORATE_FOLDERS})
    file(GLOB_RECURSE found CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${folder}/*.cpp")
    foreach(source ${found})
      if(NOT source IN_LIST listed)
        message(FATAL_ERROR "${source} belongs to no target: list it in ${folder}/CMakeLists.txt")
      endif()
    endforeach()
  endforeach()
endfunction()
