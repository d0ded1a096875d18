namespace EServices.Dispatch.Routing.Planning;

/// <summary>Which operators may serve a visit, by what both are; remembered by requirement, since thousands of visits ask for the same few.</summary>
internal sealed class Fitness(IReadOnlyList<PoolOperator> operators)
{
    private readonly Dictionary<string, (bool[] Fits, (RefusalCode, string)? Refusal)> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string>[] _skills = Sets(operators, person => person.Skills);
    private readonly HashSet<string>[] _devices = Sets(operators, person => person.Devices);
    private readonly HashSet<string>[] _languages = Sets(operators, person => person.Languages);
    private readonly HashSet<string>[] _territories = Sets(operators, person => person.Territories);

    /// <summary>By operator index; and the first requirement that leaves nobody, if so. The array is shared: not to be written.</summary>
    public (bool[] Fits, (RefusalCode Code, string Why)? Refusal) Of(PoolVisit visit)
    {
        var key = string.Join('\u0001', [.. visit.Skills, "\u0002", .. visit.Devices, "\u0002", .. visit.Languages, "\u0002", visit.Territory ?? "\u0003", "\u0002", visit.OnlyOperator ?? "\u0003", "\u0002", .. visit.Except]);
        if (!_known.TryGetValue(key, out var found))
            _known[key] = found = Judge(visit);
        return found;
    }

    /// <summary>Why an operator may not serve a visit; null if they may.</summary>
    public (RefusalCode Code, string Why)? WhyNot(PoolVisit visit, int index)
    {
        if (Missing(visit.Skills, _skills[index]) is { } skill)
            return (RefusalCode.NoSkill, $"hasn't the skill {skill}");
        if (Missing(visit.Devices, _devices[index]) is { } device)
            return (RefusalCode.NoDevice, $"hasn't the device {device}");
        if (visit.Languages.Count > 0 && !visit.Languages.Any(_languages[index].Contains))
            return (RefusalCode.NoLanguage, $"doesn't speak {string.Join(" or ", visit.Languages)}");
        if (visit.Territory is { } territory && _territories[index].Count > 0 && !_territories[index].Contains(territory))
            return (RefusalCode.NoTerritory, $"doesn't serve {territory}");
        if (visit.OnlyOperator is { } only && !string.Equals(only, operators[index].Id, StringComparison.Ordinal))
            return (RefusalCode.OnlyOperatorUnfit, $"isn't {only}, who alone was promised");
        return visit.Except.Contains(operators[index].Id, StringComparer.Ordinal) ? (RefusalCode.Excluded, "has been ruled out for it") : null;
    }

    private static string? Missing(IReadOnlyList<string> asked, HashSet<string> had)
    {
        for (var index = 0; index < asked.Count; index++)
        {
            if (!had.Contains(asked[index]))
                return asked[index];
        }
        return null;
    }

    private static HashSet<string>[] Sets(IReadOnlyList<PoolOperator> operators, Func<PoolOperator, IReadOnlyList<string>> words) =>
        [.. operators.Select(person => words(person).ToHashSet(StringComparer.Ordinal))];

    private (bool[], (RefusalCode, string)?) Judge(PoolVisit visit)
    {
        var fits = new bool[operators.Count];
        // The requirement that the last candidates fail at is the one that leaves nobody.
        (RefusalCode Code, string Why)? last = null;
        var anyone = false;
        for (var index = 0; index < operators.Count; index++)
        {
            if (WhyNot(visit, index) is not { } no)
                anyone = fits[index] = true;
            else if (last is null || no.Code > last.Value.Code)
                last = no;
        }
        if (anyone)
            return (fits, null);
        if (operators.Count == 0)
            return (fits, (RefusalCode.NoOperators, "There are no operators."));
        return (fits, last!.Value.Code switch
        {
            RefusalCode.NoSkill => (RefusalCode.NoSkill, $"No operator has {Words(visit.Skills)}."),
            RefusalCode.NoDevice => (RefusalCode.NoDevice, $"No operator with the skills asked for has {Words(visit.Devices)}."),
            RefusalCode.NoLanguage => (RefusalCode.NoLanguage, $"No operator with the skills and devices asked for speaks {string.Join(" or ", visit.Languages)}."),
            RefusalCode.NoTerritory => (RefusalCode.NoTerritory, $"No operator who could serve it serves {visit.Territory}."),
            RefusalCode.Excluded => (RefusalCode.Excluded, "Every operator who could serve it has been ruled out for it."),
            _ => (RefusalCode.OnlyOperatorUnfit, $"Operator {visit.OnlyOperator}, who alone was promised, isn't there or can't serve it."),
        });
    }

    private static string Words(IReadOnlyList<string> words) => string.Join(" and ", words);
}
