"""What the benchmarks compare with: reports and incidents in a plain Django REST service."""
