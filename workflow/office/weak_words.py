"""Words that weak passwords are made of here (弱口令用词), beside the English ones that zxcvbn knows; the commonest first."""

_TEXT = """
woaini aini woaiwo mima kouling guanliyuan xitong zhanghao ceshi moren yonghu denglu wangluo diannao woshi nihao
zhongguo beijing shanghai guangzhou shenzhen chongqing tianjin renmin zhengfu zhengwu gongkai zhengce taizhang renwu
gongzuo bangongshi bangong caizheng caizhengju jiaoyu jiaoyuju weijian minzheng gongan fagai fagaiwei yingji shenji
jiwei xinxi xinxike keshi zhuren kezhang juzhang chuzhang jingli laoshi laoban shouji weixin taobao zhifubao huawei
xiaomi baidu alibaba tencent tengxun wangyi inspur sangfor topsec dbappsecurity yonyou kingdee seeyon weaver ruoyi
jeecg fuwuqi shujuku anquan shengji wuhan xian changsha hangzhou nanjing chengdu qinghai hebei henan hunan hubei
guangdong guangxi yunnan guizhou sichuan shandong shanxi shaanxi jiangsu jiangxi zhejiang fujian anhui hainan gansu
ningxia xinjiang xizang neimenggu liaoning jilin heilongjiang xianggang taiwan aomen dangjian xuexi qiangguo fuwu
wangxiaoming zhangsan lisi wangwu zhaoliu admin administrator root sysadmin secadmin audadmin auditor manager office
office123 system security operator handler leader superuser sa dba oracle mysql tomcat weblogic hik hikvision dahua
cisco h3c ruijie zte changeme letmein default initial init temp guest user test demo public govern government gov
woaizhongguo chinanumber1 woaini1314 woaini520 5201314 1314520 520520 147258369 159357 1qaz 2wsx 3edc 4rfv 5tgb 6yhn
7ujm qaz wsx edc rfv tgb yhn ujm zaq xsw cde vfr asdf zxcv qwer hjkl uiop
chinagov govchina spring summer autumn winter chuntian xiatian qiutian dongtian !qaz @wsx #edc $rfv 13800138000 13800138
"""
WEAK_WORDS = tuple(_TEXT.split())
