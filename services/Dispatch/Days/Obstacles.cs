using EServices.Dispatch.Routing;

namespace EServices.Dispatch.Days;

/// <summary>What the routing core finds in the way of a visit, as the end of a sentence that people read.</summary>
internal static class Obstacles
{
    public static string Say(RefusalCode code) => code switch
    {
        RefusalCode.NoTimeLeft => "the window is over",
        RefusalCode.CapacityTaken => "the day is full",
        RefusalCode.WindowTaken => "the window is taken",
        RefusalCode.ComesTooLate => "the way there is too long to come within the window",
        RefusalCode.EndsTooLate => "it would end after the shift",
        RefusalCode.NextTooLate => "the visit after it would come late",
        RefusalCode.HomeTooLate => "it would lead home too late",
        RefusalCode.NoSkill => "a skill that the service needs is missing",
        RefusalCode.NoTerritory => "the district is not served",
        RefusalCode.Excluded => "the visit was declined before",
        _ => "no way leads there and back",
    };
}
