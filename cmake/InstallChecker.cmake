# The checkers as a library of their own: base, results and checker, and nothing that talks to a network or a disk.
#
#   cmake --install build/release --component checker --prefix PREFIX
#   find_package(QuorateChecker REQUIRED)                          (with PREFIX in CMAKE_PREFIX_PATH)
#   target_link_libraries(mine PRIVATE QuorateChecker::checker)    #include <quorate_checker.h>
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/QuorateChecker")
foreach(part options base results checker)
  set_target_properties(quorate_${part} PROPERTIES EXPORT_NAME ${part})
endforeach()
install(TARGETS quorate_options quorate_base quorate_results quorate_checker EXPORT QuorateChecker
        ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT checker)
install(EXPORT QuorateChecker FILE QuorateCheckerTargets.cmake NAMESPACE QuorateChecker::
        DESTINATION "${package_dir}" COMPONENT checker)
foreach(folder base results checker)
  install(DIRECTORY "${CMAKE_SOURCE_DIR}/${folder}" DESTINATION "${QUORATE_CHECKER_HEADERS}" COMPONENT checker
          FILES_MATCHING PATTERN "*.h" PATTERN test EXCLUDE PATTERN report EXCLUDE PATTERN viewer EXCLUDE
          PATTERN runs EXCLUDE)
endforeach()
install(FILES "${CMAKE_SOURCE_DIR}/checker/quorate_checker.h" DESTINATION "${QUORATE_CHECKER_HEADERS}"
        COMPONENT checker)
configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/QuorateCheckerConfig.cmake.in"
                              "${CMAKE_BINARY_DIR}/QuorateCheckerConfig.cmake" INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${CMAKE_BINARY_DIR}/QuorateCheckerConfigVersion.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_BINARY_DIR}/QuorateCheckerConfig.cmake"
              "${CMAKE_BINARY_DIR}/QuorateCheckerConfigVersion.cmake"
        DESTINATION "${package_dir}" COMPONENT checker)
