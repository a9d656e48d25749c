extension PublishedResults {
  /// The published means over five seeds with 512 latent variables and β = 1, in the words of the configuration.
  ///
  /// Columns: data set, encoder (before a linear decoder), family with its latent function, method; NELBO and its
  /// 99 % interval, sampled MSE, KL, MSE of the mean, active share and its interval, lifetime sparsity.
  static let text = """
    van-hateren linear poisson exact 168.027 0.833 138.698 29.329 107.703 0.9398 0.0204 -
    van-hateren linear poisson mc 167.171 0.114 137.701 29.470 102.393 0.9840 0.0109 0.7897
    van-hateren linear poisson st 179.300 0.149 158.307 20.993 135.401 0.9742 0.0981 -
    van-hateren linear gaussian exact 160.346 0.106 122.374 37.972 81.433 0.2227 0.0000 -
    van-hateren linear gaussian mc 160.296 0.094 122.741 37.555 82.326 0.2176 0.0032 -
    van-hateren linear laplace exact 167.332 0.047 126.604 40.728 90.649 0.1914 0.0000 -
    van-hateren linear laplace mc 167.345 0.049 126.914 40.431 91.203 0.1875 0.0000 -
    van-hateren linear categorical exact 174.936 0.141 168.839 6.097 167.444 0.9422 0.1000 -
    van-hateren linear categorical mc 170.483 0.056 165.027 5.456 157.645 0.9953 0.0020 -
    van-hateren linear categorical st 174.237 0.189 168.003 6.234 167.958 0.8273 0.6648 -
    van-hateren linear gaussian+relu mc 169.296 0.137 138.835 30.461 72.659 0.1059 0.0047 -
    van-hateren linear gaussian+exp mc 176.589 0.325 156.994 19.595 157.530 0.0898 0.0088 -
    van-hateren conv+b poisson exact 162.426 0.222 133.885 28.541 104.238 1.0000 0.0000 -
    van-hateren conv+b poisson mc 163.376 0.147 134.470 28.906 102.679 0.8191 0.0406 -
    van-hateren conv+b poisson st 179.386 0.124 158.297 21.090 135.148 0.9980 0.0025 -
    van-hateren conv+b gaussian exact 154.389 0.067 104.855 49.534 71.506 0.2461 0.0000 -
    van-hateren conv+b gaussian mc 154.420 0.053 104.864 49.556 71.493 0.2461 0.0000 -
    van-hateren conv+b laplace exact 159.008 0.163 107.525 51.483 77.924 0.2242 0.0047 -
    van-hateren conv+b laplace mc 159.186 0.189 107.739 51.446 78.137 0.2219 0.0032 -
    van-hateren conv+b categorical exact 186.267 0.798 180.030 6.237 180.027 0.9945 0.0047 -
    van-hateren conv+b categorical mc 171.881 0.179 166.076 5.805 162.611 0.9961 0.0000 -
    van-hateren conv+b categorical st 181.131 0.258 174.981 6.150 174.765 0.9957 0.0016 -
    van-hateren conv+b gaussian+relu mc 160.944 0.149 118.899 42.045 70.474 0.2344 0.0076 -
    van-hateren conv+b gaussian+exp mc 164.153 0.332 120.425 43.728 124.381 0.5316 0.7874 -
    cifar16 linear poisson exact 167.103 0.196 132.958 34.145 97.930 0.9984 0.0030 -
    cifar16 linear poisson mc 167.331 0.065 132.981 34.350 95.651 0.9992 0.0020 -
    cifar16 linear poisson st 182.270 0.134 156.715 25.555 131.852 0.9980 0.0000 -
    cifar16 linear gaussian exact 165.861 0.127 129.572 36.289 93.335 0.2266 0.0000 -
    cifar16 linear gaussian mc 165.880 0.092 129.619 36.261 93.440 0.1055 0.0084 -
    cifar16 linear laplace exact 170.138 0.093 125.369 44.769 91.175 0.1984 0.0020 -
    cifar16 linear laplace mc 170.065 0.080 125.751 44.314 92.016 0.1930 0.0030 -
    cifar16 linear categorical exact 177.130 0.082 171.053 6.077 169.377 0.9945 0.0047 -
    cifar16 linear categorical mc 174.688 0.058 169.157 5.531 162.436 0.9961 0.0000 -
    cifar16 linear categorical st 180.212 0.049 173.974 6.238 173.967 0.9898 0.0238 -
    cifar16 linear gaussian+relu mc 171.953 0.133 144.486 27.467 80.742 0.0000 0.0000 -
    cifar16 linear gaussian+exp mc 180.296 0.410 164.680 15.616 168.961 0.0000 0.0000 -
    cifar16 conv+b poisson exact 162.131 0.077 127.757 34.374 93.152 1.0000 0.0000 -
    cifar16 conv+b poisson mc 162.874 0.166 128.385 34.489 91.809 0.9281 0.0453 -
    cifar16 conv+b poisson st 182.329 0.205 156.815 25.514 132.003 1.0000 0.0000 -
    cifar16 conv+b gaussian exact 149.204 0.039 94.311 54.894 59.313 0.2461 0.0000 -
    cifar16 conv+b gaussian mc 149.232 0.061 94.334 54.899 59.307 0.2461 0.0000 -
    cifar16 conv+b laplace exact 154.332 0.086 94.950 59.382 62.712 0.2297 0.0020 -
    cifar16 conv+b laplace mc 154.507 0.081 95.089 59.418 62.779 0.2305 0.0000 -
    cifar16 conv+b categorical exact 180.576 0.505 174.536 6.040 172.800 0.8379 0.5915 -
    cifar16 conv+b categorical mc 176.469 0.104 170.651 5.818 167.333 0.8016 0.7830 -
    cifar16 conv+b categorical st 185.602 0.164 179.363 6.238 179.363 0.9766 0.0303 -
    cifar16 conv+b gaussian+relu mc 163.357 0.156 118.283 45.074 58.457 0.2160 0.0065 -
    cifar16 conv+b gaussian+exp mc 165.419 0.311 114.151 51.268 107.266 0.2043 0.0041 -
    mnist linear poisson exact 41.457 0.052 32.837 8.620 24.635 0.5199 0.0109 -
    mnist linear poisson mc 41.716 0.157 33.208 8.508 24.355 0.5367 0.0082 -
    mnist linear poisson st 44.759 0.106 37.267 7.493 30.111 0.2059 0.0311 -
    mnist linear gaussian exact 40.551 0.078 28.809 11.742 22.836 0.0371 0.0000 -
    mnist linear gaussian mc 40.670 0.053 29.341 11.328 23.588 0.0273 0.0000 -
    mnist linear laplace exact 42.094 0.127 29.737 12.356 24.294 0.0312 0.0000 -
    mnist linear laplace mc 42.127 0.040 30.200 11.927 25.067 0.0273 0.0000 -
    mnist linear categorical exact 56.080 0.734 49.945 6.134 49.635 0.0035 0.0030 -
    mnist linear categorical mc 39.750 0.214 33.773 5.977 32.111 0.1395 0.0496 -
    mnist linear categorical st 49.322 0.085 45.960 3.361 45.108 0.9961 0.0000 -
    mnist linear gaussian+relu mc 40.153 0.071 30.612 9.541 49.987 0.0367 0.0039 -
    mnist linear gaussian+exp mc 40.551 0.147 30.626 9.925 71.865 0.0539 0.0055 -
    mnist conv+b poisson exact 39.692 0.224 30.344 9.349 21.447 0.5332 0.0092 -
    mnist conv+b poisson mc 40.088 0.199 31.392 8.695 22.421 0.4262 0.0115 -
    mnist conv+b poisson st 44.161 0.094 36.336 7.826 28.786 0.2770 0.0528 -
    mnist conv+b gaussian exact 40.015 0.066 28.401 11.615 22.534 0.0430 0.0000 -
    mnist conv+b gaussian mc 40.085 0.036 28.731 11.354 23.013 0.0312 0.0000 -
    mnist conv+b laplace exact 41.005 0.042 28.640 12.365 23.119 0.0367 0.0016 -
    mnist conv+b laplace mc 41.023 0.046 28.857 12.166 23.491 0.0340 0.0020 -
    mnist conv+b categorical exact 59.135 0.000 52.897 6.238 52.897 0.0000 0.0000 -
    mnist conv+b categorical mc 59.136 - 52.899 6.238 52.897 0.2379 0.5391 -
    mnist conv+b categorical st 63.848 3.356 63.382 0.466 63.364 0.0000 0.0000 -
    mnist conv+b gaussian+relu mc 38.137 0.098 28.352 9.785 57.596 0.0391 0.0025 -
    mnist conv+b gaussian+exp mc 37.325 0.038 27.047 10.278 76.314 0.1020 0.0082 -
    """
}
