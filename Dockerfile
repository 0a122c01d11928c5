# The program in a container. The processor's TensorFlow and CIFAR-10 are in the image; for a GPU they are fetched when it is first
# seen, because an image is built without one.
#
#   docker build -t bit-repro .
#   docker run --rm -v "$PWD:/results" bit-repro fig6
#
#   docker build -t bit-repro:cuda --build-arg FLAVOUR=cuda .
#   docker run --rm --gpus all -v bit-repro-cache:/home/node/.cache/bit-repro -v "$PWD:/results" bit-repro:cuda fig6
#
# Runs and reports are in /results, which the user `node` (1000) has to be able to write. CUDA comes with TensorFlow, from NVIDIA's
# packages for Python; only the driver is the host's, by the NVIDIA Container Toolkit.
FROM node:22-bookworm-slim AS system
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates g++ git python3 python3-pip \
  && rm -rf /var/lib/apt/lists/*
ENV NVIDIA_DRIVER_CAPABILITIES=compute,utility

FROM system AS pack
WORKDIR /clone
# With .git, so that runs record their commit.
COPY . .
RUN npm ci && npm run pack -- /packed

FROM system AS program
ARG FLAVOUR=cpu
COPY --from=pack /packed /packed
RUN npm install --global /packed/bit-repro-*.tgz \
  && mkdir -p /results /home/node/.cache/bit-repro \
  && chown -R node:node /results /home/node/.cache
USER node
# The first start installs what the program needs.
RUN bit-repro --version && if [ "$FLAVOUR" = cpu ]; then bit-repro provision; fi
WORKDIR /results
VOLUME /results
ENTRYPOINT ["bit-repro"]
CMD ["--help"]
