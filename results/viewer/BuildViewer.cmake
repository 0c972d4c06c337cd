# One step of the viewer's build, quiet unless it fails:
#   cmake -DSTEP=packages|page -DSOURCE=… -DTREE=… -DNODE=… -DNPM=… -P BuildViewer.cmake
function(run what advice)
  execute_process(COMMAND ${ARGN} WORKING_DIRECTORY "${TREE}" RESULT_VARIABLE status
                  OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT status EQUAL 0)
    message("${said}")
    message(FATAL_ERROR "${what} failed (${status}), see above. ${advice}")
  endif()
endfunction()

file(MAKE_DIRECTORY "${TREE}")
if(STEP STREQUAL "packages")
  file(COPY "${SOURCE}/package.json" "${SOURCE}/package-lock.json" DESTINATION "${TREE}")
  run("npm ci"
      "It needs the npm registry (npm config get registry; a mirror: npm config set registry URL), or its packages in \
npm's cache. Without either, build the viewer elsewhere (npm ci && npm run build in results/viewer) and configure \
with -DQUORATE_VIEWER_HTML=PATH/TO/dist/index.html."
      "${NPM}" ci --ignore-scripts --no-audit --no-fund --prefer-offline)
  file(TOUCH "${TREE}/packages.stamp")
else()
  foreach(folder src test e2e)
    file(REMOVE_RECURSE "${TREE}/${folder}")
    file(COPY "${SOURCE}/${folder}" DESTINATION "${TREE}")
  endforeach()
  file(COPY "${SOURCE}/index.html" "${SOURCE}/serve.html" "${SOURCE}/vite.config.ts" "${SOURCE}/vite.serve.config.ts"
       "${SOURCE}/tsconfig.json" DESTINATION "${TREE}")
  foreach(config vite.config.ts vite.serve.config.ts)
    run("vite build" "The viewer's sources are in ${SOURCE}."
        "${NODE}" node_modules/vite/bin/vite.js build --logLevel warn --config ${config})
  endforeach()
  file(TOUCH "${TREE}/dist/index.html" "${TREE}/dist/serve.html" "${TREE}/dist/serve.js" "${TREE}/dist/serve.css")
endif()
