using EServices.Contracts;

namespace EServices.Platform.Packs;

/// <summary>What services cost, by rule and date. <see cref="FeeSchedule"/> is the rule over time; <see cref="Contracts.Catalogue.FeeRule"/> is one version of it for one service.</summary>
public sealed record FeeBook(PackList<Named> Payees, PackList<FeeSchedule> Rules);

/// <param name="Versions">In order of time, without overlap.</param>
public sealed record FeeSchedule(string Id, Localised Name, IReadOnlyList<FeeVersion> Versions)
{
    /// <summary>The version in force on a date of the state; null before the first.</summary>
    public FeeVersion? On(DateOnly date) => Versions.FirstOrDefault(version => version.From <= date && (version.To is null || date <= version.To));
}

/// <param name="Version">Counts from 1 within the rule.</param>
/// <param name="From">First day in force.</param>
/// <param name="To">Last day in force; null where no end is set.</param>
/// <param name="Source">Id of the source.</param>
public sealed record FeeVersion(int Version, DateOnly From, DateOnly? To, string Source, IReadOnlyList<FeeItem> Lines)
{
    public IEnumerable<FeeItem> LinesFor(Channel channel) => Lines.Where(line => line.Channels.Contains(channel));

    public long TotalPaise(Channel channel) => LinesFor(channel).Sum(line => line.Paise);
}

/// <param name="Code">Names the line within its version, e.g. <c>government-fee</c>.</param>
/// <param name="Why">The reason in a sentence, shown on quote and receipt.</param>
/// <param name="Paise">What the citizen pays, tax included; not negative.</param>
/// <param name="TaxBasisPoints">The tax contained in the amount, in hundredths of a per cent of the amount before tax.</param>
/// <param name="Payee">Id of the payee.</param>
/// <param name="Channels">The channels on which the line is charged.</param>
public sealed record FeeItem(string Code, Localised Label, Localised Why, long Paise, int TaxBasisPoints, string Payee, IReadOnlyList<Channel> Channels);
