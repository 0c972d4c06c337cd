# Writes build_info.h: cmake -DSOURCE=… -DVERSION=… -DINPUT=… -DOUTPUT=… -P WriteBuildInfo.cmake
execute_process(COMMAND git -C "${SOURCE}" describe --always --dirty --abbrev=12
                OUTPUT_VARIABLE QUORATE_COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT QUORATE_COMMIT)
  set(QUORATE_COMMIT "unknown")
endif()
set(PROJECT_VERSION "${VERSION}")
configure_file("${INPUT}" "${OUTPUT}" @ONLY)
