namespace EServices.Platform.Packs;

/// <summary>A common-service-centre operator who visits. Packs ship invented people for the sandbox.</summary>
public sealed record Operator
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>The address in the operator's token by which a visit is theirs.</summary>
    public required string StaffEmail { get; init; }

    public required string Centre { get; init; }

    /// <summary>LGD code of the tehsil where the centre stands.</summary>
    public required string HomeTehsil { get; init; }

    public required double Latitude { get; init; }

    public required double Longitude { get; init; }

    /// <summary>Ids of the pack's skills.</summary>
    public required IReadOnlyList<string> Skills { get; init; }

    /// <summary>BCP 47 tags of languages spoken, not only those of the pack.</summary>
    public required IReadOnlyList<string> Languages { get; init; }

    public required Shift Shift { get; init; }

    public required int MaxVisitsPerDay { get; init; }

    /// <summary>LGD codes of the districts that the operator serves.</summary>
    public required IReadOnlyList<string> Districts { get; init; }
}

/// <summary>Times of day in the state's zone.</summary>
public sealed record Shift(TimeOnly Start, TimeOnly End, IReadOnlyList<DayOfWeek> Days);

/// <param name="Designation">Id of the designation held; null for roles that decide nothing.</param>
/// <param name="Territory">What the person answers for; a token's <c>lgd</c> claim is its text.</param>
public sealed record StaffAccount(string Email, string Name, IReadOnlyList<string> Roles, string? Designation, Territory Territory);

public static class StaffRoles
{
    /// <summary>Every role a staff account can have. Citizens have no account in a pack.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. Web.Roles.All.Where(role => role != Web.Roles.Citizen)];
}
