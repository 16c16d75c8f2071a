"""How far the engines are from the peers' numbers, file by file (shown with `pytest -s`)."""

import test_distribution
import test_funnel
import test_funnel_ratios
import test_inequality
import test_likelihood
import test_pay_gap
import test_proportions
import test_rates
import test_spc
import test_summary
from peer_numbers import FOLDER, largest_deviations, read

# Every comparison with a peer, by the file it reads.
COMPARISONS = {
    "proportions": [test_proportions.test_wilson_agrees_with_the_peer],
    "rates": [test_rates.test_rates_agree_with_the_peer],
    "relative_likelihood": [test_likelihood.test_ratios_agree_with_the_peers],
    "vectors": [
        test_distribution.test_quantiles_and_ranks_agree_with_the_peers,
        test_summary.test_summaries_agree_with_the_peer,
        test_summary.test_intervals_of_the_mean_agree_with_the_peer,
    ],
    "quantile_groups": [test_distribution.test_quantile_groups_agree_with_the_peer],
    "pay_gap": [test_pay_gap.test_gaps_agree_with_the_peer],
    "funnel_proportions": [
        test_funnel.test_limits_and_classes_agree_with_public_health_england,
        test_funnel.test_dispersion_and_its_limits_agree_with_the_peer,
    ],
    "funnel_ratios": [
        test_funnel_ratios.test_classes_agree_with_public_health_england,
        test_funnel_ratios.test_limits_agree_with_the_peer,
    ],
    "spc_xmr": [
        test_spc.test_limits_agree_with_the_peer,
        test_spc.test_points_agree_with_the_peer,
        test_spc.test_icons_agree_with_the_peer,
    ],
    "slope_index": [test_inequality.test_indices_agree_with_the_peer, test_inequality.test_limits_agree_with_the_simulated_ones],
}
# Files with codes and ranks only: they agree or they do not.
CODES_ONLY = {"quantile_groups"}
OF_DISCLOSURE = {"disclosure_two_way", "disclosure_hierarchy"}


def test_every_file_of_the_statistics_is_compared() -> None:
    assert set(COMPARISONS) | OF_DISCLOSURE == {path.stem for path in FOLDER.glob("*.json")}


def test_every_case_and_the_largest_deviation_of_each_file() -> None:
    counts = {}
    for name, comparisons in COMPARISONS.items():
        cases = read(name)["cases"]
        assert len(cases) >= read(name)["meta"].get("n_cases", 1) > 0
        for compare in comparisons:
            for case in cases:
                compare(case)
        counts[name] = len(cases)
    found = largest_deviations()
    assert set(found) == set(COMPARISONS) - CODES_ONLY
    print("\nLargest deviation from independent peers (relative to the larger of 1 and the expected value)")
    for name, count in counts.items():
        size = "codes agree" if name in CODES_ONLY else f"{found[name]:.1e}"
        print(f"  {name:<20} {count:>3} cases  {size}")
    assert all(size < (1e-7 if name.startswith("funnel") else 1e-9) for name, size in found.items())
