using EServices.Contracts;
using EServices.Contracts.Catalogue;
using EServices.Contracts.Payment;
using EServices.Payment.Money;

namespace EServices.Payment.Quotes;

/// <summary>One line of what a service costs, with the reason a citizen can be given.</summary>
/// <param name="Payee">Whose money it is: <c>government</c>, <c>csc</c> or <c>operator</c>.</param>
internal sealed record PricedLine(string Code, Localised Label, Paise Paise, string Payee, string Why)
{
    public BillLine ToContract() => new(Code, Label, Paise.Value, Payee, Why);
}

/// <summary>The rule that an amount follows from: what a citizen is shown who asks "why this amount".</summary>
internal sealed record FeeBasis(string RuleId, int RuleVersion, DateOnly EffectiveFrom, string Source);

internal static class FeeRules
{
    public static IReadOnlyList<PricedLine> LinesFor(this FeeRule rule, Channel channel) =>
    [
        .. rule.Lines.Where(line => line.Channels.Count == 0 || line.Channels.Contains(channel))
            .Select(line => new PricedLine(line.Code, line.Label, new Paise(line.Paise), line.Payee, line.Why)),
    ];

    public static FeeBasis Basis(this FeeRule rule) => new(rule.RuleId, rule.Version, rule.EffectiveFrom, rule.Source);

    /// <summary>Whether the rule holds on a day of the state; <see cref="FeeRule.EffectiveTo"/> is its last day.</summary>
    public static bool Holds(this FeeRule rule, DateOnly day) => rule.EffectiveFrom <= day && (rule.EffectiveTo is null || day <= rule.EffectiveTo);
}
