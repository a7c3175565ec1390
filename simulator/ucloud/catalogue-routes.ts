import { seconds, serverModelInstance } from "./answers";
import { cities, imageTime, ipRegions, phoneModels, serverModels, visibleImages } from "./catalogue";
import { operation, page, paging, productType } from "./operation";
import type { Operation } from "./operation";
import { cityOf, stockOf } from "./purchase";
import { oneOf, required, text, texts } from "./wire";

const asked = (names: readonly string[], name: string): boolean => names.length === 0 || names.includes(name);

/** What can be bought (UCloud API docs, "UPhone"). */
export const catalogueRoutes: Readonly<Record<string, Operation>> = {
  DescribeUPhoneServerModel: operation(
    { CityId: required(text), ServerModelNames: texts, ...paging },
    ({ CityId, ServerModelNames, ...paged }, store) => {
      const city = cityOf(CityId);
      const found = serverModels.filter((model) => asked(ServerModelNames, model.name));
      const shown = page(found, paged);
      return {
        TotalCount: found.length,
        ServerModels: shown.map(serverModelInstance),
        Stock: shown.map((model) => ({ ModelName: model.name, StockCount: stockOf(store, city, model) })),
      };
    },
  ),

  DescribeUPhoneModel: operation(
    { UPhoneModelNames: texts, Scene: oneOf("OVERSEA", "INLAND"), ProductType: productType, ...paging },
    ({ UPhoneModelNames, ...paged }) => {
      const found = phoneModels.filter((model) => asked(UPhoneModelNames, model.name));
      const UPhoneModels = page(found, paged).map((model) => ({
        UPhoneModelName: model.name,
        CPU: model.cpu,
        Memory: model.memoryMb,
        DiskSize: model.diskGb,
        Resolution: "720x1280",
        Refresh: 30,
        Dpi: 320,
        Description: model.description,
      }));
      return { TotalCount: found.length, UPhoneModels };
    },
  ),

  DescribeUPhoneImage: operation(
    { ImageIds: texts, Type: oneOf("BASE", "CUSTOM"), ProductType: productType, ...paging },
    (values, _store, scope) => {
      const found = visibleImages(scope.owner).filter(
        (image) => asked(values.ImageIds, image.id) && (values.Type === undefined || image.type === values.Type),
      );
      const Images = page(found, values).map((image) => ({
        ImageId: image.id,
        ImageName: image.name,
        OsType: "Android armv8",
        ImageType: image.type,
        // The documentation does not name the state of a usable image.
        ImageState: "AVAILABLE",
        CreateTime: seconds(imageTime),
        ModifyTime: seconds(imageTime),
        Description: "",
        UPhoneId: "",
        AppVersions: [],
      }));
      return { TotalCount: found.length, Images };
    },
  ),

  DescribeUPhoneCities: operation({ ProductType: productType }, () => ({
    UPhoneCities: cities.map((city) => ({
      CityId: city.id,
      CityName: city.name,
      ...(city.alias === undefined ? {} : { CityAlias: city.alias }),
      CityType: city.type,
      IsSoldOut: city.isSoldOut,
    })),
  })),

  DescribeUPhoneIpRegions: operation({ CityId: required(text), ProductType: productType }, ({ CityId }) => {
    // `oversea` is no real city, but stands for all that lies abroad.
    if (CityId !== "oversea") cityOf(CityId);
    const Regions = ipRegions.map((region) => ({ Id: region.id, StockStatus: region.isSoldOut ? "SoldOut" : "Available" }));
    return { TotalCount: Regions.length, Regions };
  }),
};
