using EServices.Application.Workflow;
using EServices.Platform.Packs;
using EServices.Platform.Web;

namespace EServices.Application.Applications;

/// <summary>What a caller is to an application. Nothing at all means that for them it does not exist.</summary>
internal sealed class Access(StatePack pack)
{
    /// <summary>Among the offices of an application whose place nobody gave: every office sees it.</summary>
    private const string Unplaced = "unplaced";

    public Part PartOf(Caller caller, ServiceApplication application)
    {
        var part = Part.None;
        if (caller.IsCitizen && caller.Mobile == application.Citizen.Mobile)
            part |= Part.Owner;
        if ((caller.Is(Roles.Operator) || caller.Is(Roles.Helpline)) && caller.Subject == application.CreatedBy)
            part |= Part.Helper;
        if (caller.Is(Roles.Officer) && application.State != ApplicationState.Draft && WorkLists(caller).Any(application.Place.Offices.Contains))
            part |= Part.Officer;
        return part;
    }

    /// <summary>
    /// Under which offices an officer's work is listed, none of it twice: what lies in their own territory, then what is given to no tehsil of their district, then
    /// what has no place at all. The claim is a territory's text (<c>tehsil:79</c>); a bare LGD code is a district's; an account without one answers for the state.
    /// </summary>
    public IReadOnlyList<string> WorkLists(Caller caller)
    {
        var text = caller.Office is { Length: > 0 } claim ? claim.All(char.IsAsciiDigit) ? $"district:{claim}" : claim : "state";
        if (!Territory.TryParse(text, out var territory) || !pack.Geography.Knows(territory))
            return [];
        return territory.Level switch
        {
            Level.State => [Text(territory)],
            Level.Tehsil => [Text(territory), AnyTehsil(pack.Geography.DistrictOf(territory)!.Code), Unplaced],
            _ => [Text(territory), Unplaced],
        };
    }

    /// <summary>The place with all offices that answer for it, or null when the pack has no such district and tehsil.</summary>
    public Whereabouts? Place(string? districtCode, string? tehsilCode)
    {
        if (districtCode is null && tehsilCode is null)
            return new Whereabouts(null, null, null, [Text(Territory.State), Unplaced]);
        var tehsil = pack.Geography.Tehsils.Find(tehsilCode);
        var district = pack.Geography.Districts.Find(districtCode ?? tehsil?.DistrictCode);
        if (district is null || (tehsilCode is not null && tehsil?.DistrictCode != district.Code))
            return null;
        var division = district.Division.Length > 0 ? district.Division : null;
        List<string> offices = [Text(Territory.State), Text(new Territory(Level.District, district.Code)), tehsil is null ? AnyTehsil(district.Code) : Text(new Territory(Level.Tehsil, tehsil.Code))];
        if (division is not null)
            offices.Add(Text(new Territory(Level.Division, division)));
        return new Whereabouts(district.Code, tehsil?.Code, division, offices);
    }

    private static string Text(Territory territory) => territory.ToString();

    private static string AnyTehsil(string districtCode) => $"district:{districtCode}/any-tehsil";
}
