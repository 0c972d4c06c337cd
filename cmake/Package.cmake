# The release archive: the programs, and the libraries that they need beyond a bare Debian 12.
#
#   ./dev package    ->    build/release/quorate-VERSION-Linux-ARCH.tar.gz
#
# Unpacked anywhere, bin/quorate runs: it finds its libraries and quorate-node by where it lies itself.
include(GNUInstallDirs)

set(programs quorate quorate-node quorate-node-buggy)
foreach(program ${programs})
  # RPATH, not RUNPATH: the libraries' own libraries are found by it too.
  target_link_options(${program} PRIVATE -Wl,--disable-new-dtags)
  set_target_properties(${program} PROPERTIES INSTALL_RPATH "$ORIGIN/../lib/quorate")
endforeach()
install(TARGETS ${programs} RUNTIME_DEPENDENCY_SET quorate_libraries
        RUNTIME DESTINATION bin COMPONENT programs)
# What every Debian has: the C and C++ libraries.
install(RUNTIME_DEPENDENCY_SET quorate_libraries
        PRE_EXCLUDE_REGEXES "^lib(c|m|dl|rt|pthread|gcc_s|stdc\\+\\+)\\.so" "^ld-linux"
        LIBRARY DESTINATION lib/quorate COMPONENT programs)
install(FILES README.md CHANGELOG.md DESTINATION share/doc/quorate COMPONENT programs)
install(DIRECTORY docs/ DESTINATION share/doc/quorate/docs COMPONENT programs
        PATTERN CMakeLists.txt EXCLUDE)
set(completions "${CMAKE_BINARY_DIR}/completions")
install(CODE "file(MAKE_DIRECTORY \"${completions}\")
foreach(shell bash zsh fish)
  execute_process(COMMAND \"${CMAKE_BINARY_DIR}/bin/quorate\" completion \${shell}
                  OUTPUT_FILE \"${completions}/\${shell}\" COMMAND_ERROR_IS_FATAL ANY)
endforeach()" COMPONENT programs)
install(FILES "${completions}/bash" DESTINATION share/bash-completion/completions RENAME quorate
        COMPONENT programs)
install(FILES "${completions}/zsh" DESTINATION share/zsh/site-functions RENAME _quorate
        COMPONENT programs)
install(FILES "${completions}/fish" DESTINATION share/fish/vendor_completions.d RENAME quorate.fish
        COMPONENT programs)

set(CPACK_GENERATOR TGZ)
set(CPACK_PACKAGE_NAME quorate)
set(CPACK_PACKAGE_FILE_NAME "quorate-${PROJECT_VERSION}-Linux-${CMAKE_SYSTEM_PROCESSOR}")
set(CPACK_ARCHIVE_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL programs)  # the checkers' library is a component of its own
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_STRIP_FILES ON)
include(CPack)

# With a sanitizer's own libraries it runs nowhere else.
if(QUORATE_SANITIZE)
  return()
endif()
find_package(Python3 3.9 QUIET COMPONENTS Interpreter)
add_test(NAME package.RunsFromAnywhereWithTheLibrariesThatItBrings
         COMMAND "${Python3_EXECUTABLE}" -B "${CMAKE_SOURCE_DIR}/tools/test/try_package.py"
                 --build "${CMAKE_BINARY_DIR}")
set_tests_properties(package.RunsFromAnywhereWithTheLibrariesThatItBrings PROPERTIES LABELS e2e TIMEOUT 300
                     RUN_SERIAL TRUE)
